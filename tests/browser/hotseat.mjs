// The real program with real sessions, and a real browser. `HOTSEAT` names the program; `HOTSEAT_SESSIONS` a home folder with a spoken
// session, which is copied, so that tests may change it.
import { spawn, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const program = process.env.HOTSEAT ?? "target/release/hotseat";
const browserPath = process.env.CHROMIUM ?? "/usr/bin/chromium";

// A short answer, typed: an attempt to compare the spoken one with.
const typed = "I would put everything on one big server and buy a support contract. We copy the disks by hand on Fridays.";

// A home folder of its own with the spoken session and a typed one.
export function home() {
    if (!process.env.HOTSEAT_SESSIONS) throw new Error("HOTSEAT_SESSIONS names no home folder with a spoken session");
    const folder = mkdtempSync(join(tmpdir(), "hotseat-page-"));
    cpSync(process.env.HOTSEAT_SESSIONS, folder, { recursive: true });
    const spoken = readdirSync(join(folder, "sessions")).filter((name) => !name.startsWith("."))[0];
    run(folder, ["practice", "--text", "--no-voice", "--new", "--questions", "high-availability", "--seed", "1"], `${typed}\n\n\n`);
    return { folder, spoken, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export function run(folder, words, input = "") {
    const done = spawnSync(program, words, { env: { ...process.env, HOTSEAT_HOME: folder }, input, encoding: "utf8" });
    if (done.status !== 0) throw new Error(`hotseat ${words.join(" ")} exits with ${done.status}: ${done.stderr}`);
    return done.stdout;
}

// Starts the page; resolves to its address with the token.
export function serve(folder) {
    const child = spawn(program, ["web", "--no-open"], { env: { ...process.env, HOTSEAT_HOME: folder } });
    return new Promise((resolve, reject) => {
        let said = "";
        const hear = (bytes) => {
            said += bytes;
            const address = said.match(/http:\/\/\S+token=\w+/);
            if (address) resolve({ address: address[0], stop: () => child.kill("SIGINT") });
        };
        child.stdout.on("data", hear);
        child.stderr.on("data", hear);
        child.on("exit", (code) => reject(new Error(`hotseat web exits with ${code}: ${said}`)));
    });
}

export const browse = () => chromium.launch({
    executablePath: browserPath,
    args: ["--no-sandbox", "--autoplay-policy=no-user-gesture-required", "--mute-audio"],
});
