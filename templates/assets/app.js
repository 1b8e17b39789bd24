// Plays a recording in step with its words, and changes the page without loading it anew. All of it can be read, and all forms can be
// sent, without this file.
"use strict";
(() => {
  const said = document.getElementById("said");
  const keys = document.getElementById("keys");
  const takeOf = (element) => element.closest(".take");
  const soundOf = (take) => take.querySelector("audio");
  const wordsOf = (take) => [...take.querySelectorAll(".w")];
  const say = (text) => { if (said) said.textContent = text; };

  // Playing. Only one recording sounds at a time; a quote stops where it ends.
  let stopAt = null;

  function play(take, from, to) {
    const sound = soundOf(take);
    if (!sound) return;
    for (const other of document.querySelectorAll("audio")) if (other !== sound) other.pause();
    const start = () => { sound.currentTime = from / 1000; };
    if (sound.readyState > 0) start();
    else { sound.addEventListener("loadedmetadata", start, { once: true }); sound.load(); }
    stopAt = to === null ? null : { sound, ms: to };
    sound.play().catch(() => say("The recording cannot be played here."));
  }

  function toggle(take) {
    const sound = soundOf(take);
    if (!sound) return;
    stopAt = null;
    if (sound.paused) sound.play().catch(() => say("The recording cannot be played here."));
    else sound.pause();
  }

  // The last word that began by now.
  function wordAt(timed, ms) {
    let low = 0, high = timed.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (Number(timed[middle].dataset.s) <= ms) low = middle + 1; else high = middle;
    }
    return low > 0 ? timed[low - 1] : null;
  }

  function follow(take) {
    const sound = soundOf(take);
    const drawing = take.querySelector(".drawing");
    const length = drawing ? Number(drawing.dataset.length) : 0;
    let timed = null, group = null, now = null;
    const step = () => {
      const ms = sound.currentTime * 1000;
      if (stopAt && stopAt.sound === sound && ms >= stopAt.ms) { stopAt = null; sound.pause(); }
      const words = take.querySelector(".words");
      if (words !== group) { group = words; timed = wordsOf(take).filter((word) => word.dataset.s); now = null; }
      const word = wordAt(timed, ms);
      if (word !== now) {
        now?.classList.remove("now");
        word?.classList.add("now");
        now = word;
      }
      if (length > 0) {
        const head = drawing.querySelector(".head");
        const at = Math.min(100, ms / length * 100) + "%";
        head.setAttribute("x1", at);
        head.setAttribute("x2", at);
      }
      if (!sound.paused) requestAnimationFrame(step);
    };
    sound.addEventListener("play", () => { drawing?.classList.add("plays"); requestAnimationFrame(step); });
    sound.addEventListener("seeked", step);
  }

  // Words. The transcript is one stop of the Tab key; arrows move within it.
  function focusOn(word) {
    for (const other of takeOf(word).querySelectorAll(".w[tabindex]")) {
      other.removeAttribute("tabindex");
      other.removeAttribute("role");
    }
    word.tabIndex = 0;
    word.setAttribute("role", "button");
  }

  function enliven(group) {
    const first = group.querySelector(".w");
    if (first) focusOn(first);
    if (soundOf(takeOf(group))) group.classList.add("plays");
    group.setAttribute("aria-label", "Transcript. Arrow keys move by word, Enter plays from it, E puts it right.");
  }

  function playFrom(word) {
    if (word.dataset.s) play(takeOf(word), Number(word.dataset.s), null);
  }

  function move(word, to) {
    const words = wordsOf(takeOf(word));
    const places = { ArrowRight: words.indexOf(word) + 1, ArrowLeft: words.indexOf(word) - 1, Home: 0, End: words.length - 1 };
    const next = words[places[to]];
    if (next) { focusOn(next); next.focus(); }
  }

  // Putting a word right, in its place.
  function edit(word) {
    if (document.querySelector(".fix")) return;
    const take = takeOf(word);
    soundOf(take)?.pause();
    const same = wordsOf(take).filter((one) => one.dataset.n === word.dataset.n);
    const form = document.createElement("form");
    form.className = "fix";
    const field = Object.assign(document.createElement("input"), { type: "text", name: "text", maxLength: 200, autocomplete: "off" });
    field.value = same.map((one) => one.querySelector(".t").textContent).join(" ");
    field.setAttribute("aria-label", "What you said here");
    const save = Object.assign(document.createElement("button"), { type: "submit", textContent: "Save" });
    const leave = Object.assign(document.createElement("button"), { type: "button", textContent: "Cancel", className: "plain" });
    form.append(field, save, leave);
    const close = () => { form.remove(); for (const one of same) one.hidden = false; };
    leave.addEventListener("click", () => { close(); word.focus(); });
    form.addEventListener("keydown", (event) => { if (event.key === "Escape") { close(); word.focus(); } });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const place = { turn: take.dataset.turn, word: word.dataset.n, text: field.value };
      send(location.pathname + "/correct", place, form).then((done) => {
        if (!done) return;
        form.remove();
        return renew().then(() => {
          const anew = document.querySelector(`#take-${place.turn} .w[data-n="${place.word}"]`);
          if (anew) { focusOn(anew); anew.focus(); }
        });
      });
    });
    same[0].before(form);
    for (const one of same) one.hidden = true;
    field.focus();
    field.select();
  }

  // Sends what a form holds and says what became of it.
  async function send(address, values, form) {
    const buttons = form.querySelectorAll("button");
    for (const button of buttons) button.disabled = true;
    say("…");
    try {
      const answer = await fetch(address, { method: "POST", body: new URLSearchParams(values), headers: { Accept: "application/json" } });
      const told = await answer.json();
      say(answer.ok ? told.message : `${told.error}. ${told.hint}`);
      return answer.ok;
    } catch {
      say("Hotseat does not answer. Is it still running? Nothing was changed.");
      return false;
    } finally {
      for (const button of buttons) button.disabled = false;
    }
  }

  // Puts what changed on the server into this page.
  async function renew() {
    const answer = await fetch(location.pathname);
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of fresh.querySelectorAll("[data-live]")) {
      const old = document.getElementById(part.id);
      if (!old) continue;
      old.replaceWith(part);
      if (part.classList.contains("words")) enliven(part);
    }
  }

  document.addEventListener("click", (event) => {
    const quote = event.target.closest("a.quote");
    if (quote) {
      const take = document.getElementById(`take-${quote.dataset.turn}`);
      if (!take) return;
      const place = document.getElementById(quote.hash.slice(1));
      event.preventDefault();
      take.scrollIntoView({ block: "center" });
      (place ?? take).scrollIntoView({ block: "center" });
      for (const one of document.querySelectorAll(".w.shown")) one.classList.remove("shown");
      if (!quote.dataset.s) return;
      const [from, to] = [Number(quote.dataset.s), Number(quote.dataset.e)];
      for (const one of wordsOf(take)) if (Number(one.dataset.s) >= from && Number(one.dataset.e) <= to) one.classList.add("shown");
      play(take, from, to);
      if (place?.classList.contains("w")) { focusOn(place); place.focus({ preventScroll: true }); }
      return;
    }
    const word = event.target.closest(".w");
    // A click that ends a selection is none.
    if (word && String(getSelection()) === "") { focusOn(word); word.focus({ preventScroll: true }); playFrom(word); return; }
    const drawing = event.target.closest(".drawing");
    if (drawing) {
      const box = drawing.getBoundingClientRect();
      play(takeOf(drawing), Number(drawing.dataset.length) * (event.clientX - box.left) / box.width, null);
    }
  });
  document.addEventListener("dblclick", (event) => {
    const word = event.target.closest(".w");
    if (word) { getSelection()?.removeAllRanges(); edit(word); }
  });
  document.addEventListener("keydown", (event) => {
    const word = event.target.closest?.(".w");
    if (!word || event.ctrlKey || event.metaKey || event.altKey) return;
    if (["ArrowRight", "ArrowLeft", "Home", "End"].includes(event.key)) move(word, event.key);
    else if (event.key === "Enter") playFrom(word);
    else if (event.key === " ") toggle(takeOf(word));
    else if (event.key === "e" || event.key === "E") edit(word);
    else return;
    event.preventDefault();
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches("#rescore, .remark")) {
      event.preventDefault();
      send(form.action, new FormData(form), form).then((done) => { if (done && form.id === "rescore") return renew(); });
    }
  });

  for (const group of document.querySelectorAll(".words")) enliven(group);
  for (const take of document.querySelectorAll(".take")) {
    if (!soundOf(take)) continue;
    follow(take);
    take.querySelector(".drawing")?.classList.add("seeks");
  }
  if (keys && document.querySelector(".words")) keys.hidden = false;
  if (matchMedia("(max-width: 52rem)").matches) for (const model of document.querySelectorAll(".model")) model.open = false;
})();
