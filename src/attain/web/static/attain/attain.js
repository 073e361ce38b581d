// What pages do beyond links and forms, which all work without this: menus close, panels open beside the page and keep the focus.
"use strict";

const panelPlace = () => document.getElementById("panel");
const openPanel = () => panelPlace()?.querySelector("[data-panel]");
let opener = null;
let openerId = "";

/* On a narrow screen the navigation begins folded; without this script it begins unfolded, so that it can be read. */
const narrow = window.matchMedia("(max-width: 56rem)");
const fold = () => {
  for (const part of document.querySelectorAll("[data-side-nav]")) part.open = !narrow.matches;
};
narrow.addEventListener("change", fold);
fold();

/* A menu closes with Escape, with a click elsewhere, and when the focus leaves it. */
const closeMenus = (except) => {
  for (const menu of document.querySelectorAll("[data-menu][open]")) if (menu !== except) menu.open = false;
};
document.addEventListener("click", (event) => closeMenus(event.target.closest("[data-menu]")));
document.addEventListener("focusin", (event) => closeMenus(event.target.closest("[data-menu]")));

/* A link with data-panel-link opens its page in the panel: htmx fetches it, the address follows. */
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-panel-link]");
  if (link) {
    opener = link;
    openerId = link.id;
  }
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id !== "panel") return;
  const panel = openPanel();
  if (panel && !panel.contains(document.activeElement)) panel.focus();
});

const closePanel = () => {
  const close = openPanel()?.querySelector("[data-panel-close]");
  if (!close) return;
  if (!opener) {
    close.click();
    return;
  }
  // Opened from this page: the page below is still there, so only the panel goes.
  panelPlace().replaceChildren();
  window.history.pushState({}, "", close.href);
  (opener.isConnected ? opener : document.getElementById(openerId))?.focus();
  opener = null;
};
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-panel-close]") && opener) {
    event.preventDefault();
    closePanel();
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("[data-menu][open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (openPanel()) {
    closePanel();
  }
});
if (openPanel()) openPanel().focus();

/* A filter that changed is asked for at once; without this script its button does it. */
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-filters]");
  if (form) form.requestSubmit();
});

/* What htmx could not fetch is said, and where it waits is shown. */
const say = (words) => {
  const place = document.getElementById("status");
  if (place) place.textContent = words;
};
document.addEventListener("htmx:sendError", () => say("The server did not answer. Try again."));
document.addEventListener("htmx:beforeRequest", (event) => event.detail.target?.setAttribute("aria-busy", "true"));
document.addEventListener("htmx:afterRequest", (event) => event.detail.target?.removeAttribute("aria-busy"));
