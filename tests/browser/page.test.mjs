// The page as its users use it: by mouse, by keyboard alone, without JavaScript, in both colours, on a phone.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import Ajv from "ajv/dist/2020.js";
import { browse, home, serve } from "./hotseat.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const question = "high-availability";

let kept, server, browser, origin;

before(async () => {
    kept = home();
    server = await serve(kept.folder);
    origin = new URL(server.address).origin;
    browser = await browse();
});

after(async () => {
    await browser?.close();
    server?.stop();
    kept?.remove();
});

// A page of a browser that has come in by the address with the token.
async function visitor(options = {}) {
    const context = await browser.newContext({ reducedMotion: "reduce", ...options });
    const page = await context.newPage();
    const troubles = [];
    page.on("console", (message) => message.type() === "error" && troubles.push(message.text()));
    page.on("pageerror", (error) => troubles.push(String(error)));
    await page.goto(server.address);
    return { page, troubles, leave: () => context.close() };
}

const session = () => `${origin}/sessions/${kept.spoken}`;
const covered = (page) => page.locator(`#verdict-${question} .measure`).first().innerText();

test("the token leaves the address, and the sessions are listed with what was said", async () => {
    const { page, troubles, leave } = await visitor();
    assert.equal(page.url(), `${origin}/`);
    assert.equal(await page.locator("#sessions > li").count(), 2);
    await page.locator("#text").fill("load balancer");
    await page.locator("#filter button").click();
    assert.equal(await page.locator("#sessions > li").count(), 1, "only one of them speaks of it");
    assert.match(await page.locator("#sessions mark").first().innerText(), /load|balancer/i);
    assert.deepEqual(troubles, []);
    await leave();
});

test("a click on a word plays from it, and the words follow the sound", async () => {
    const { page, troubles, leave } = await visitor();
    await page.goto(session());
    const take = page.locator(".take").first();
    const word = take.locator(".w[data-s]").nth(12);
    const from = Number(await word.getAttribute("data-s")) / 1000;
    await word.click();
    await page.waitForFunction(([turn, from]) => {
        const sound = document.querySelector(`#audio-${turn}`);
        return !sound.paused && sound.currentTime > from + 0.3;
    }, [await take.getAttribute("data-turn"), from]);
    const at = await take.locator("audio").evaluate((sound) => sound.currentTime);
    assert.ok(at > from && at < from + 3, `it plays at ${at} s, the word is at ${from} s`);
    assert.equal(await take.locator(".w.now").count(), 1);
    const quote = page.locator("a.quote[data-s]").first();
    await quote.click();
    assert.ok(await page.locator(".w.shown").count() > 0, "the words that earned the point are shown");
    assert.deepEqual(troubles, []);
    await leave();
});

test("a corrected word changes the score, and both forms and both scores are shown", async () => {
    const { page, troubles, leave } = await visitor();
    await page.goto(session());
    const earlier = await covered(page);
    const word = page.locator(".take .w[data-n]").first();
    const heard = (await word.innerText()).trim();
    await word.dblclick();
    const field = page.locator(".fix input");
    await field.fill("First I ask the business for its availability targets, the SLA, the RTO and the RPO, since they decide all else. And then");
    await field.press("Enter");
    await page.locator(`#verdict-${question} .rescored`).first().waitFor({ timeout: 60_000 });
    assert.notEqual(await covered(page), earlier);
    assert.match(await page.locator(".take .heard").first().innerText(), new RegExp(`heard: ${heard.replace(/\W/g, ".")}`));
    assert.match(await page.locator("#said").innerText(), /judged again/i);
    assert.deepEqual(troubles, []);
    await leave();
});

test("two attempts stand beside each other, point by point, and both can be played", async () => {
    const { page, troubles, leave } = await visitor();
    await page.goto(session());
    await page.locator(`#q-${question} a`, { hasText: "All attempts" }).click();
    assert.match(page.url(), /\/questions\/infrastructure-architect\/high-availability/);
    assert.match(await page.locator("main").innerText(), /better|gained|worse|lost/i);
    assert.ok(await page.locator("audio").count() > 0);
    assert.deepEqual(troubles, []);
    await leave();
});

test("every export comes down whole", async () => {
    const { page, leave } = await visitor();
    await page.goto(session());
    const links = await page.locator("#exports a").evaluateAll((all) => all.map((one) => one.href));
    const begins = { md: "# ", html: "<!", json: "{", vtt: "WEBVTT", srt: "1", csv: "session", zip: "PK" };
    for (const [form, start] of Object.entries(begins)) {
        const link = links.find((one) => one.endsWith(`/${form}`));
        assert.ok(link, `there is a link for ${form}`);
        const answer = await page.request.get(link);
        assert.equal(answer.status(), 200, form);
        const text = (await answer.body()).toString("latin1").trimStart();
        assert.ok(text.toLowerCase().startsWith(start.toLowerCase()), `${form} begins with ${text.slice(0, 20)}`);
        if (form === "json") {
            const checker = new Ajv({ strict: false, allErrors: true, validateFormats: false });
            const check = checker.compile(JSON.parse(readFileSync("../../schemas/report.schema.json", "utf8")));
            assert.ok(check(await answer.json()), JSON.stringify(check.errors));
            assert.ok(!check({ ...(await answer.json()), exchanges: {} }), "what is no report is refused");
        }
    }
    await leave();
});

test("the keyboard alone opens a session, plays a word and puts it right", async () => {
    const { page, leave } = await visitor();
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
    const focused = () => page.evaluate(() => document.activeElement.closest("a")?.getAttribute("href") ?? "");
    for (let press = 0; press < 40 && !(await focused()).endsWith(kept.spoken); press++) await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.waitForURL(session());
    const onWord = () => page.evaluate(() => document.activeElement.classList.contains("w"));
    for (let press = 0; press < 300 && !(await onWord()); press++) await page.keyboard.press("Tab");
    assert.ok(await onWord(), "the transcript is reached by Tab");
    const place = () => page.evaluate(() => [...document.querySelectorAll(".w")].indexOf(document.activeElement));
    const first = await place();
    for (let press = 0; press < 5; press++) await page.keyboard.press("ArrowRight");
    assert.equal(await place(), first + 5);
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => [...document.querySelectorAll("audio")].some((sound) => !sound.paused));
    await page.keyboard.press("Space");
    await page.waitForFunction(() => [...document.querySelectorAll("audio")].every((sound) => sound.paused));
    await page.keyboard.press("e");
    assert.equal(await page.evaluate(() => document.activeElement.closest("form")?.className), "fix");
    await page.keyboard.press("Escape");
    assert.ok(await onWord(), "the word has the focus again");
    await leave();
});

test("without JavaScript everything can be read, and a word put right by a form", async () => {
    const { page, leave } = await visitor({ javaScriptEnabled: false });
    await page.goto(session());
    const text = await page.locator("main").innerText();
    for (const part of ["Feedback", "Points", "What a good answer says", "load balancer"]) assert.ok(text.includes(part), part);
    await page.locator("a", { hasText: "Put a word right" }).last().click();
    await page.locator("form [name=text]").first().fill("indeed");
    await page.locator("form button[type=submit]").first().click();
    assert.equal(new URL(page.url()).pathname, `/sessions/${kept.spoken}`);
    assert.match(await page.locator("main").innerText(), /indeed\s*\[heard: /);
    await leave();
});

const looks = [
    { name: "light", options: { colorScheme: "light", viewport: { width: 1280, height: 900 } } },
    { name: "dark, on a phone", options: { colorScheme: "dark", viewport: { width: 360, height: 740 } } },
];
for (const { name, options } of looks) {
    test(`no page breaks a rule of accessibility or runs out of the window: ${name}`, async () => {
        const { page, leave } = await visitor(options);
        const addresses = ["/", "/?text=nothing-like-it", `/sessions/${kept.spoken}`, "/progress",
            `/questions/infrastructure-architect/${question}`, "/sessions/none"];
        for (const address of addresses) {
            await page.goto(origin + address);
            // The rules are put in by the debugger's door, which the page's content policy does not close.
            const found = await page.evaluate(`${axe}; axe.run(document).then((all) => all.violations.map((one) => one.id + ": " + one.nodes.map((node) => node.target).join(" | ")))`);
            assert.deepEqual(found, [], address);
            const width = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
            assert.ok(width <= 0, `${address} is ${width} px wider than the window`);
        }
        await leave();
    });
}
