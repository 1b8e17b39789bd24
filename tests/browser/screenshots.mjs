// Takes the pictures of README.md: the page of a session and that of progress, light and dark. The sessions come from `HOTSEAT_SESSIONS`.
import { home, browse, serve } from "./hotseat.mjs";

const folder = process.argv[2];
if (!folder) throw new Error("usage: node screenshots.mjs FOLDER");
const kept = home();
const server = await serve(kept.folder);
const browser = await browse();
const origin = new URL(server.address).origin;
for (const colorScheme of ["light", "dark"]) {
    const context = await browser.newContext({ colorScheme, viewport: { width: 1200, height: 1000 } });
    const page = await context.newPage();
    await page.goto(server.address);
    for (const [name, address] of [["session", `/sessions/${kept.spoken}`], ["progress", "/progress"]]) {
        await page.goto(origin + address);
        await page.screenshot({ path: `${folder}/${name}-${colorScheme}.png` });
    }
    await context.close();
}
await browser.close();
server.stop();
kept.remove();
