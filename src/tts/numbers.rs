//! Reads what begins with a number: amounts, times, dates, ranges, versions, units. Leaves a plain number as it stands,
//! for the lexicon reads those.

/// Units as they are written after a number, and how one of them is read. Small letters and capitals differ.
const UNITS: &[(&str, &str)] = &[
    ("ms", "millisecond"),
    ("µs", "microsecond"),
    ("us", "microsecond"),
    ("ns", "nanosecond"),
    ("s", "second"),
    ("sec", "second"),
    ("min", "minute"),
    ("h", "hour"),
    ("hr", "hour"),
    ("hrs", "hour"),
    ("B", "byte"),
    ("kB", "kilobyte"),
    ("KB", "kilobyte"),
    ("KiB", "kilobyte"),
    ("MB", "megabyte"),
    ("MiB", "megabyte"),
    ("GB", "gigabyte"),
    ("GiB", "gigabyte"),
    ("TB", "terabyte"),
    ("TiB", "terabyte"),
    ("PB", "petabyte"),
    ("kb", "kilobit"),
    ("Mb", "megabit"),
    ("Gb", "gigabit"),
    ("Kbps", "kilobit per second"),
    ("Mbps", "megabit per second"),
    ("Gbps", "gigabit per second"),
    ("Hz", "hertz"),
    ("kHz", "kilohertz"),
    ("MHz", "megahertz"),
    ("GHz", "gigahertz"),
    ("kg", "kilogram"),
    ("g", "gram"),
    ("km", "kilometre"),
    ("cm", "centimetre"),
    ("mm", "millimetre"),
    ("kW", "kilowatt"),
    ("kWh", "kilowatt hour"),
    ("°C", "degree celsius"),
    ("°F", "degree fahrenheit"),
    ("Gbit", "gigabit"),
    ("Mbit", "megabit"),
    ("req", "request"),
    ("ops", "operation"),
    ("rps", "request per second"),
    ("qps", "query per second"),
    ("fps", "frame per second"),
    ("tps", "transaction per second"),
];

/// Letters that multiply a number.
const MAGNITUDES: &[(&str, &str)] = &[
    ("k", "thousand"),
    ("K", "thousand"),
    ("m", "million"),
    ("M", "million"),
    ("mn", "million"),
    ("bn", "billion"),
    ("b", "billion"),
    ("tn", "trillion"),
    ("thousand", "thousand"),
    ("million", "million"),
    ("billion", "billion"),
    ("trillion", "trillion"),
];

const CURRENCIES: &[(char, &str)] =
    &[('$', "dollars"), ('€', "euros"), ('£', "pounds"), ('¥', "yen"), ('₹', "rupees"), ('₩', "won"), ('₽', "roubles")];

/// What amounts are counted by.
const PER: [(&str, &str); 14] = [
    ("/s", " per second"),
    ("/sec", " per second"),
    ("/min", " per minute"),
    ("/h", " per hour"),
    ("/hr", " per hour"),
    ("/hour", " per hour"),
    ("/d", " per day"),
    ("/day", " per day"),
    ("/week", " per week"),
    ("/mo", " per month"),
    ("/month", " per month"),
    ("/year", " per year"),
    ("/user", " per user"),
    ("/GB", " per gigabyte"),
];

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// More digits in a row than this are read one by one, as in an account number.
const LONGEST_NUMBER: usize = 12;

/// Returns whether a chunk is an amount that `next` multiplies: `$1.5 million`.
pub(crate) fn is_multiplied(chunk: &str, next: &str) -> bool {
    let amount = chunk.trim_start_matches(['(', '~', '<', '>', '-', '+']);
    let Some((symbol, _)) = CURRENCIES.iter().find(|(symbol, _)| amount.starts_with(*symbol)) else { return false };
    let is_number = number(&amount[symbol.len_utf8()..]).is_some_and(|(_, rest)| rest.is_empty());
    let word = next.trim_end_matches(|c: char| !c.is_alphanumeric());
    is_number && ["thousand", "million", "billion", "trillion"].contains(&word)
}

/// Reads a unit that stands alone behind a number: `10 GB`, `900 req/s`.
pub(crate) fn unit_behind(before: Option<&str>, chunk: &str) -> Option<String> {
    let number = before?.trim_start_matches(['(', '~', '<', '>', '-', '+']);
    let (digits, "") = self::number(number)? else { return None };
    // `us` behind a number is more often people, and `B` a label.
    if ["us", "B"].contains(&chunk) || chunk.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let (said, "") = unit(digits, chunk)? else { return None };
    said.strip_prefix(&plain(digits)).map(|said| said.trim_start().to_owned()).filter(|_| is_unit(chunk))
}

fn is_unit(chunk: &str) -> bool {
    let letters = chunk.split('/').next().unwrap_or_default();
    UNITS.iter().any(|(written, _)| *written == letters)
}

/// Reads a chunk that begins with a number, a sign or a currency, and returns what is left of it. None for all else.
pub(crate) fn say(chunk: &str) -> Option<(String, &str)> {
    let (sign, rest) = sign(chunk);
    let currency = CURRENCIES.iter().find(|(symbol, _)| rest.starts_with(*symbol));
    let rest = currency.map_or(rest, |(symbol, _)| &rest[symbol.len_utf8()..]);
    let (number, rest) = number(rest)?;
    let (said, rest) = match currency {
        Some((_, name)) => {
            let (said, rest) = amount(number, rest, name);
            let (per, rest) = per(rest);
            (format!("{said}{per}"), rest)
        }
        None => quantity(number, rest),
    };
    Some((format!("{sign}{said}"), rest))
}

fn sign(chunk: &str) -> (&'static str, &str) {
    for (sign, said) in
        [("-", "minus "), ("+", "plus "), ("~", "about "), ("<", "less than "), (">", "more than "), ("#", "number ")]
    {
        if let Some(rest) = chunk.strip_prefix(sign) {
            return (said, rest);
        }
    }
    let version = chunk.strip_prefix('v').filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    version.map_or(("", chunk), |rest| ("version ", rest))
}

/// Takes the digits, with the commas and full stops inside them, off the front.
fn number(text: &str) -> Option<(&str, &str)> {
    let bytes = text.as_bytes();
    if !bytes.first()?.is_ascii_digit() {
        return None;
    }
    let inside = |at: usize| {
        bytes[at].is_ascii_digit()
            || matches!(bytes[at], b'.' | b',') && bytes.get(at + 1).is_some_and(u8::is_ascii_digit)
    };
    let end = (0..bytes.len()).find(|at| !inside(*at)).unwrap_or(bytes.len());
    Some(text.split_at(end))
}

/// Writes a number so that the lexicon reads it rightly.
fn plain(number: &str) -> String {
    let stops = number.matches('.').count();
    let longest = number.split([',', '.']).map(str::len).max().unwrap_or(0);
    if stops > 1 {
        // Three parts are a version, four an address.
        let between = if stops == 2 { " point " } else { " dot " };
        return number.replace(',', "").replace('.', between);
    }
    if longest > LONGEST_NUMBER || number.replace(',', "").len() > LONGEST_NUMBER + 3 {
        let digits = number.chars().map(|c| if c == '.' { "point".into() } else { c.to_string() });
        return digits.filter(|digit| digit != ",").collect::<Vec<_>>().join(" ");
    }
    number.to_owned()
}

fn amount<'a>(number: &str, rest: &'a str, currency: &str) -> (String, &'a str) {
    if let Some((said, rest)) = magnitude(rest) {
        return (format!("{} {said} {currency}", plain(number)), rest);
    }
    let cents = number.split_once('.').filter(|(_, cents)| cents.len() == 2);
    match cents {
        Some((whole, "00")) => (format!("{} {currency}", plain(whole)), rest),
        Some((whole, cents)) => (format!("{} {currency} {}", plain(whole), cents.trim_start_matches('0')), rest),
        None if number == "1" => (format!("1 {}", currency.strip_suffix('s').unwrap_or(currency)), rest),
        None => (format!("{} {currency}", plain(number)), rest),
    }
}

fn magnitude(rest: &str) -> Option<(&'static str, &str)> {
    let end = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
    let (letters, rest) = rest.split_at(end);
    MAGNITUDES.iter().find(|(written, _)| *written == letters).map(|(_, said)| (*said, rest))
}

fn quantity<'a>(number: &str, rest: &'a str) -> (String, &'a str) {
    if rest.is_empty() {
        return (plain(number), rest);
    }
    let tried = fraction(number, rest)
        .or_else(|| clock(number, rest))
        .or_else(|| date(number, rest))
        .or_else(|| range(number, rest))
        .or_else(|| unit(number, rest));
    if let Some(read) = tried {
        return read;
    }
    let end = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
    let (letters, after) = rest.split_at(end);
    match letters {
        // `2nd` and `1990s` are read by the lexicon.
        "st" | "nd" | "rd" | "th" | "s" => (format!("{number}{letters}"), after),
        _ => (plain(number), rest.strip_prefix('-').unwrap_or(rest)),
    }
}

fn fraction<'a>(number: &str, rest: &'a str) -> Option<(String, &'a str)> {
    let (below, after) = self::number(rest.strip_prefix('/')?)?;
    // A block of addresses, and shares such as 80/20.
    let is_block = number.matches('.').count() > 1;
    let are_shares = number.len() > 1 && below.len() > 1 && !after.starts_with('/');
    let said = match (number, below) {
        _ if is_block => format!("{} slash {below}", plain(number)),
        _ if are_shares => format!("{number} {below}"),
        ("1", "2") => "one half".into(),
        ("1", "3") => "one third".into(),
        ("2", "3") => "two thirds".into(),
        ("1", "4") => "one quarter".into(),
        ("3", "4") => "three quarters".into(),
        _ if after.starts_with('/') => format!("{number} {below}"),
        _ => format!("{} over {}", plain(number), plain(below)),
    };
    Some((said, after.strip_prefix('/').unwrap_or(after)))
}

/// Reads `3:30pm`, `14:05`, `09:00` as times and `3:1` as a ratio.
fn clock<'a>(number: &str, rest: &'a str) -> Option<(String, &'a str)> {
    let (after_colon, rest) = self::number(rest.strip_prefix(':')?)?;
    let hours: Option<u32> = number.parse().ok();
    let is_time = after_colon.len() == 2 && hours.is_some_and(|hours| hours < 25);
    if !is_time {
        return Some((format!("{} to {}", plain(number), plain(after_colon)), rest));
    }
    let hours = number.trim_start_matches('0');
    let hours = if hours.is_empty() { "zero" } else { hours };
    let (half, rest) = match rest.get(..2).map(str::to_ascii_lowercase).as_deref() {
        Some("am") => (" A M", &rest[2..]),
        Some("pm") => (" P M", &rest[2..]),
        _ => ("", rest),
    };
    let minutes = match after_colon.strip_prefix('0') {
        Some("0") if half.is_empty() => " o'clock".to_owned(),
        Some("0") => String::new(),
        Some(minute) => format!(" oh {minute}"),
        None => format!(" {after_colon}"),
    };
    Some((format!("{hours}{minutes}{half}"), rest))
}

/// Reads `2026-05-01` as the first of May.
fn date<'a>(number: &str, rest: &'a str) -> Option<(String, &'a str)> {
    let (month, after) = self::number(rest.strip_prefix('-')?)?;
    let (day, after) = self::number(after.strip_prefix('-')?)?;
    if number.len() != 4 || month.len() != 2 || day.len() != 2 {
        return None;
    }
    let name = MONTHS.get(month.parse::<usize>().ok()?.checked_sub(1)?)?;
    Some((format!("{name} {}, {number}", day.trim_start_matches('0')), after))
}

fn range<'a>(number: &str, rest: &'a str) -> Option<(String, &'a str)> {
    let (upper, after) = self::number(rest.strip_prefix('-')?)?;
    // Three numbers or more are a row, such as the rule 3-2-1.
    if let Some((third, after)) = after.strip_prefix('-').and_then(self::number) {
        return Some((format!("{number} {upper} {third}"), after));
    }
    let (upper, after) = if after.is_empty() { (plain(upper), after) } else { quantity(upper, after) };
    Some((format!("{} to {upper}", plain(number)), after))
}

/// Reads a unit, a multiplier or a percent sign after a number.
fn unit<'a>(number: &str, rest: &'a str) -> Option<(String, &'a str)> {
    for (sign, said) in [("%", "percent"), ("+", "plus"), ("x", "times"), ("X", "times")] {
        if let Some(after) = rest.strip_prefix(sign) {
            if sign.eq_ignore_ascii_case("x") && after.starts_with(|c: char| c.is_ascii_digit()) {
                return Some((format!("{} by", plain(number)), after));
            }
            if !after.starts_with(|c: char| c.is_ascii_alphanumeric()) {
                return Some((format!("{} {said}", plain(number)), after));
            }
        }
    }
    let rest = rest.strip_prefix('-').unwrap_or(rest);
    let end = rest.find(|c: char| !c.is_alphabetic() && c != '°').unwrap_or(rest.len());
    let (letters, after) = rest.split_at(end);
    // A decade, not seconds.
    let is_decade = letters == "s" && number.len() == 4;
    if let Some((_, name)) = UNITS.iter().find(|(written, _)| *written == letters).filter(|_| !is_decade) {
        let name = if number == "1" { (*name).to_owned() } else { plural(name) };
        let (per, after) = per(after);
        return Some((format!("{} {name}{per}", plain(number)), after));
    }
    if letters.starts_with(['k', 'K', 'm', 'M', 'b', 't']) {
        let (said, after) = magnitude(rest)?;
        return Some((format!("{} {said}", plain(number)), after));
    }
    None
}

fn plural(name: &str) -> String {
    let (first, more) = name.split_once(' ').map_or((name, String::new()), |(first, more)| (first, format!(" {more}")));
    let first = match first {
        "hertz" => first.to_owned(),
        "query" => "queries".to_owned(),
        _ => format!("{first}s"),
    };
    format!("{first}{more}")
}

fn per(rest: &str) -> (&'static str, &str) {
    for (written, said) in PER {
        if let Some(after) = rest.strip_prefix(written).filter(|after| !after.starts_with(char::is_alphabetic)) {
            return (said, after);
        }
    }
    ("", rest)
}

#[cfg(test)]
mod tests {
    use super::say;

    #[test]
    fn numbers_are_read_with_what_they_count() {
        for (written, read) in [
            ("42", "42"),
            ("99.9%", "99.9 percent"),
            ("10GB/s", "10 gigabytes per second"),
            ("1s", "1 second"),
            ("200ms", "200 milliseconds"),
            ("1.5x", "1.5 times"),
            ("3x3", "3 by"),
            ("10+", "10 plus"),
            ("-5", "minus 5"),
            ("~50", "about 50"),
            ("$5k", "5 thousand dollars"),
            ("€3.5m", "3.5 million euros"),
            ("$1", "1 dollar"),
            ("$1,250.75", "1,250 dollars 75"),
            ("$20.00", "20 dollars"),
            ("5M", "5 million"),
            ("50-60", "50 to 60"),
            ("5-10%", "5 to 10 percent"),
            ("3:30pm", "3 30 P M"),
            ("09:05", "9 oh 5"),
            ("14:00", "14 o'clock"),
            ("3:1", "3 to 1"),
            ("1/2", "one half"),
            ("7/9", "7 over 9"),
            ("2026-05-01", "May 1, 2026"),
            ("v1.2.3", "version 1 point 2 point 3"),
            ("10.0.0.1", "10 dot 0 dot 0 dot 1"),
            ("2nd", "2nd"),
            ("1990s", "1990s"),
            ("1234567890123", "1 2 3 4 5 6 7 8 9 0 1 2 3"),
        ] {
            let (said, _) = say(written).unwrap();
            assert_eq!(said, read, "{written}");
        }
    }

    #[test]
    fn what_follows_a_number_and_is_no_unit_is_handed_back() {
        assert_eq!(say("3-tier"), Some(("3".into(), "tier")));
        assert_eq!(say("3x3"), Some(("3 by".into(), "3")));
        assert_eq!(say("5G"), Some(("5".into(), "G")));
    }

    #[test]
    fn words_are_no_numbers() {
        for word in ["", "word", "-", "$", "v", "+x", "°", "µs"] {
            assert_eq!(say(word), None, "{word}");
        }
    }
}
