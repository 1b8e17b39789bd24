//! Draws numbers as SVG, with plotters. Nothing that a user wrote comes in here: titles and tables stand around a chart, escaped by
//! their template.
//!
//! Colours are classes, so that a style sheet chooses them for light and dark: plotters is given a colour for each role, which is put
//! in the place of a class afterwards.

use jiff::ToSpan;
use jiff::civil::{Date, date};
use plotters::coord::Shift;
use plotters::prelude::*;

use crate::review::progress::weeks::Week;

/// Width and height of a chart, in units of its own. A style sheet scales it.
pub(super) const SIZE: (u32, u32) = (360, 160);

/// Width and height of the weeks.
pub(super) const WEEKS_SIZE: (u32, u32) = (360, 90);

/// Width and height of a chart in a line of text.
pub(super) const SPARK_SIZE: (u32, u32) = (120, 24);

/// Fewest days that an axis spans.
const LEAST_DAYS: f64 = 6.0;

/// Days from which on an axis tells months and years.
const MONTHS: f64 = 250.0;

/// Days in a week.
const WEEK: f64 = 7.0;

const GRID: RGBColor = RGBColor(0, 0, 1);
const LABEL: RGBColor = RGBColor(0, 0, 2);
const DOT: RGBColor = RGBColor(0, 0, 3);
const OPEN: RGBColor = RGBColor(0, 0, 4);
const LINE: RGBColor = RGBColor(0, 0, 5);
const HALF: RGBColor = RGBColor(0, 0, 6);
const BAR: RGBColor = RGBColor(0, 0, 7);

/// The class of each role.
const CLASSES: [(RGBColor, &str); 7] = [
    (GRID, "chart-grid"),
    (LABEL, "chart-label"),
    (DOT, "chart-dot"),
    (OPEN, "chart-open"),
    (LINE, "chart-line"),
    (HALF, "chart-half"),
    (BAR, "chart-bar"),
];

type Drawn = Result<(), Box<dyn std::error::Error>>;

/// Values over days.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Chart {
    /// The values.
    pub(super) dots: Vec<Dot>,
    /// A line through others, such as a running middle.
    pub(super) line: Vec<(Date, f64)>,
    /// The middle half of a baseline, from and to.
    pub(super) half: Option<(f64, f64)>,
    /// Lowest and highest value of the axis.
    pub(super) range: (f64, f64),
    /// How many values of the axis are named, about.
    pub(super) labels: usize,
}

/// A value on a day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Dot {
    /// The day.
    pub(super) on: Date,
    /// The value.
    pub(super) value: f64,
    /// Whether it is drawn open, as one of another kind.
    pub(super) open: bool,
}

impl Chart {
    /// Returns the content of an `svg` element of [`SIZE`]. Empty where there is nothing to draw.
    #[must_use]
    pub(super) fn content(&self) -> String {
        content(SIZE, |area| self.draw(area))
    }

    fn draw(&self, area: &DrawingArea<SVGBackend<'_>, Shift>) -> Drawn {
        let days = self.days();
        let mut chart = ChartBuilder::on(area)
            .margin(6)
            .margin_top(10)
            .margin_right(14)
            .x_label_area_size(22)
            .y_label_area_size(34)
            .build_cartesian_2d(days.0..days.1, self.range.0..self.range.1)?;
        let far = days.1 - days.0 >= MONTHS;
        chart
            .configure_mesh()
            .disable_x_mesh()
            .x_labels(4)
            .y_labels(self.labels)
            .bold_line_style(GRID)
            .light_line_style(TRANSPARENT)
            .axis_style(TRANSPARENT)
            .label_style(("sans-serif", 14).into_font().color(&LABEL))
            .x_label_formatter(&|day| label(*day, far))
            .y_label_formatter(&|value| {
                if value.fract() == 0.0 { format!("{value:.0}") } else { format!("{value:.1}") }
            })
            .draw()?;
        if let Some((low, high)) = self.half {
            chart.draw_series([Rectangle::new([(days.0, low), (days.1, high)], HALF.filled())])?;
        }
        let line = self.line.iter().map(|(on, value)| (number(*on), *value));
        chart.draw_series(LineSeries::new(line, LINE.stroke_width(2)))?;
        chart.draw_series(self.dots.iter().map(|dot| {
            let style = if dot.open { OPEN.stroke_width(1) } else { DOT.filled() };
            Circle::new((number(dot.on), dot.value), 3, style)
        }))?;
        Ok(())
    }

    /// Returns the days that the axis spans.
    fn days(&self) -> (f64, f64) {
        let all = self.dots.iter().map(|dot| number(dot.on));
        let (first, last) = all.fold((f64::MAX, f64::MIN), |(low, high), day| (low.min(day), high.max(day)));
        if first > last {
            return (0.0, LEAST_DAYS);
        }
        let missing = (LEAST_DAYS - (last - first)).max(0.0) / 2.0;
        let edge = (last - first) / 40.0;
        (first - missing - edge, last + missing + edge)
    }
}

/// Returns the days of each week as bars, the content of an `svg` element of [`WEEKS_SIZE`].
#[must_use]
pub(super) fn weeks(weeks: &[Week]) -> String {
    content(WEEKS_SIZE, |area| {
        let Some((first, last)) = weeks.first().zip(weeks.last()) else { return Ok(()) };
        // Few weeks stand at the right, as wide as many.
        let end = number(last.begins) + WEEK;
        let start = number(first.begins).min(end - 12.0 * WEEK);
        let mut chart = ChartBuilder::on(area)
            .margin(4)
            .margin_right(14)
            .x_label_area_size(20)
            .y_label_area_size(34)
            .build_cartesian_2d(start..end, 0.0..WEEK)?;
        chart
            .configure_mesh()
            .disable_x_mesh()
            .x_labels(4)
            .y_labels(2)
            .bold_line_style(GRID)
            .light_line_style(TRANSPARENT)
            .axis_style(TRANSPARENT)
            .label_style(("sans-serif", 14).into_font().color(&LABEL))
            .x_label_formatter(&|day| label(*day, false))
            .y_label_formatter(&|days| format!("{days:.0}"))
            .draw()?;
        chart.draw_series(weeks.iter().map(|week| {
            let monday = number(week.begins);
            Rectangle::new([(monday + 1.0, 0.0), (monday + 6.0, week.days as f64)], BAR.filled())
        }))?;
        Ok(())
    })
}

/// Returns shares, 0 to 1, as a line with its last value marked: the content of an `svg` element of [`SPARK_SIZE`].
#[must_use]
pub(super) fn spark(shares: &[f32]) -> String {
    content(SPARK_SIZE, |area| {
        let last = shares.len().saturating_sub(1).max(1) as f64;
        let mut chart = ChartBuilder::on(area).margin(4).build_cartesian_2d(0.0..last, 0.0..1.0)?;
        let points = || shares.iter().enumerate().map(|(nth, share)| (nth as f64, f64::from(*share)));
        chart.draw_series(LineSeries::new(points(), LINE.stroke_width(2)))?;
        chart.draw_series(points().next_back().map(|point| Circle::new(point, 3, DOT.filled())))?;
        Ok(())
    })
}

/// Returns what is drawn, without the `svg` element around it, its colours as classes.
fn content(size: (u32, u32), draw: impl FnOnce(&DrawingArea<SVGBackend<'_>, Shift>) -> Drawn) -> String {
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        // Text takes any drawing. Should it not, the table beside the chart has the numbers.
        let _is_drawn = draw(&area).and_then(|()| Ok(area.present()?));
    }
    let inner = svg.split_once('>').map_or("", |(_, inner)| inner);
    let mut content = inner.trim().trim_end_matches("</svg>").to_owned();
    for (RGBColor(red, green, blue), class) in CLASSES {
        for attribute in ["fill", "stroke"] {
            let colour = format!("{attribute}=\"#{red:02X}{green:02X}{blue:02X}\"");
            content = content.replace(&colour, &format!("{attribute}=\"currentColor\" class=\"{class}\""));
        }
    }
    content
}

const EPOCH: Date = date(1970, 1, 1);

fn number(day: Date) -> f64 {
    EPOCH.until(day).map_or(0.0, |span| f64::from(span.get_days()))
}

fn label(day: f64, far: bool) -> String {
    let day = EPOCH.saturating_add((day.round() as i64).days());
    day.strftime(if far { "%b %Y" } else { "%-d %b" }).to_string()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::{Chart, Dot, spark, weeks};
    use crate::review::progress::weeks::Week;

    fn chart() -> Chart {
        let dot = |day, value, open| Dot { on: date(2026, 11, day), value, open };
        Chart {
            dots: vec![dot(2, 20.0, false), dot(9, 60.0, true)],
            line: vec![(date(2026, 11, 2), 20.0), (date(2026, 11, 9), 40.0)],
            half: Some((30.0, 50.0)),
            range: (0.0, 100.0),
            labels: 5,
        }
    }

    #[test]
    fn a_chart_has_what_it_is_given_and_no_colours_of_its_own() {
        insta::assert_snapshot!(chart().content());
    }

    #[test]
    fn nothing_and_a_single_value_and_years_can_be_drawn() {
        for days in [&[][..], &[date(2026, 11, 2)], &[date(1970, 1, 1), date(2026, 11, 2)]] {
            let dots = days.iter().map(|on| Dot { on: *on, value: 50.0, open: false }).collect();
            let content = Chart { dots, ..chart() }.content();
            assert_eq!(content.matches("class=\"chart-dot\"").count(), days.len(), "{content}");
            assert!(!content.contains("NaN") && !content.contains("inf"), "{content}");
        }
        assert!(weeks(&[]).is_empty());
        let week = Week { begins: date(2026, 11, 23), days: 3, answers: 9 };
        assert_eq!(weeks(&[week, week]).matches("chart-bar").count(), 2);
        assert_eq!(spark(&[0.2, 0.9]).matches("chart-dot").count(), 1);
        assert!(!spark(&[]).contains("chart-dot"));
    }
}
