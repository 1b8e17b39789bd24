"use strict";
document.addEventListener("click", (event) => {
  const place = event.target.closest("[data-at]");
  if (!place) return;
  const named = place.dataset.plays;
  const sound = named ? document.getElementById(named) : place.closest("blockquote").querySelector("audio");
  if (!sound) return;
  for (const other of document.querySelectorAll("audio")) other.pause();
  sound.currentTime = Number(place.dataset.at);
  sound.play();
});
