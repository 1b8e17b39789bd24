// Takes the pictures of README.md: the page of a session and that of progress, light and dark. The session comes from `HOTSEAT_SESSIONS`, the weeks
// of progress from `HOTSEAT_WEEKS`, a home that `hotseat bench store --sessions 60 --into` makes up.
import { home, browse, serve } from "./hotseat.mjs";

const folder = process.argv[2];
if (!folder) throw new Error("usage: node screenshots.mjs FOLDER");
const kept = home();

// Each picture shows the page from this element on.
const pictures = [
    { name: "session", folder: kept.folder, address: `/sessions/${kept.spoken}`, from: "section.question" },
    { name: "progress", folder: process.env.HOTSEAT_WEEKS, address: "/progress", from: "section:has(#competencies)" },
];
const browser = await browse();
for (const { name, folder: shown, address, from } of pictures) {
    const server = await serve(shown);
    for (const colorScheme of ["light", "dark"]) {
        const context = await browser.newContext({ colorScheme, reducedMotion: "reduce", viewport: { width: 1200, height: 1000 } });
        const page = await context.newPage();
        await page.goto(server.address);
        await page.goto(new URL(server.address).origin + address);
        await page.locator(from).first().evaluate((element) => scrollTo(0, element.getBoundingClientRect().top + scrollY - 24));
        await page.screenshot({ path: `${folder}/${name}-${colorScheme}.png` });
        await context.close();
    }
    server.stop();
}
await browser.close();
kept.remove();
