// What a page does besides being a page. Everything here has a way without it.
"use strict";

// What only script can do is shown only with it.
document.documentElement.classList.add("scripted");

// What is to be typed elsewhere is copied by a press, and said to be.
document.addEventListener("click", async (event) => {
  const button = event.target.closest && event.target.closest("[data-copy]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  field.focus();
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    if (!document.execCommand("copy")) return; // it is selected: the keyboard copies it
  }
  const label = button.textContent;
  button.textContent = button.dataset.copied;
  setTimeout(() => { button.textContent = label; button.focus(); }, 2000);
});

// Another choice shows what belongs to it, as its button does without script.
document.addEventListener("change", (event) => {
  const box = event.target.closest && event.target.closest("[data-resubmit]");
  const button = box && event.target.form.querySelector(`button[name=go][value=${box.dataset.resubmit}]`);
  if (button) event.target.form.requestSubmit(button);
});

// A menu closes on Escape, on a click elsewhere, and when another one opens.
function closeMenus(but) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu !== but) menu.removeAttribute("open");
  }
}

document.addEventListener("click", (event) => {
  closeMenus(event.target.closest("details.menu"));
});

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest && event.target.closest("details.menu[open]");
  if (event.key === "Escape") {
    if (menu) menu.querySelector("summary").focus();
    closeMenus(null);
    return;
  }
  if (!menu || (event.key !== "ArrowDown" && event.key !== "ArrowUp")) return;
  const items = [...menu.querySelectorAll(".menu-body a, .menu-body button")];
  const at = items.indexOf(document.activeElement);
  const next = event.key === "ArrowDown" ? at + 1 : at - 1;
  if (items[next]) items[next].focus();
  else if (next < 0) menu.querySelector("summary").focus();
  event.preventDefault();
});

// A login's code and state do not stay in the address bar or the history.
if (location.pathname === "/oauth/callback") history.replaceState(null, "", location.pathname);

// A refused form begins at its summary of errors.
document.addEventListener("DOMContentLoaded", () => {
  const errors = document.getElementById("errors");
  if (errors) errors.focus();
  for (const box of document.querySelectorAll(".confirm")) {
    if (location.hash && box.parentElement.id === location.hash.slice(1)) box.setAttribute("open", "");
  }
});

// A file that is too large is said before it is sent.
document.addEventListener("change", (event) => {
  const input = event.target;
  if (input.type !== "file" || !input.dataset.max) return;
  const file = input.files[0];
  const tooLarge = file && file.size > Number(input.dataset.max);
  input.setCustomValidity(tooLarge ? input.dataset.tooLarge : "");
  if (tooLarge) input.reportValidity();
});

// One press sends a form once; a page that comes back from the browser's
// memory can send again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  // The server answers what is too large with another page than the form.
  const tooLarge = [...form.querySelectorAll("input[type=file][data-max]")].find((input) => input.validity.customError);
  if (tooLarge) {
    event.preventDefault();
    tooLarge.reportValidity();
    return;
  }
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
