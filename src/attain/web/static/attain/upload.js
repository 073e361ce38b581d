// Files that are dropped on the form, and how much of them was sent. Without this the form works as any form does.
"use strict";

for (const form of document.querySelectorAll("form[data-upload]")) {
  const input = form.querySelector("input[type=file]");
  const zone = form.querySelector("[data-drop]");
  const chosen = form.querySelector("[data-chosen]");
  const sending = form.querySelector("[data-sending]");
  const button = form.querySelector("button[type=submit]");
  const limit = chosen.textContent;

  const tell = () => {
    chosen.textContent = input.files.length ? [...input.files].map((file) => file.name).join(", ") : limit;
  };
  input.addEventListener("change", tell);
  for (const name of ["dragenter", "dragover"]) {
    zone.addEventListener(name, (event) => {
      event.preventDefault();
      zone.classList.add("drop-ready");
    });
  }
  for (const name of ["dragleave", "drop"]) zone.addEventListener(name, () => zone.classList.remove("drop-ready"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    input.files = event.dataTransfer.files;
    tell();
  });

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const request = new XMLHttpRequest();
    const bar = sending.querySelector("progress");
    request.upload.addEventListener("progress", (sent) => {
      if (sent.lengthComputable) bar.value = Math.floor((100 * sent.loaded) / sent.total);
    });
    request.addEventListener("load", () => {
      if (request.status < 400) {
        window.location.assign(request.responseURL);
        return;
      }
      // The server's page says what is wrong.
      const page = new DOMParser().parseFromString(request.responseText, "text/html");
      document.querySelector("main").replaceWith(page.querySelector("main"));
      document.querySelector("main").focus();
    });
    request.addEventListener("error", () => {
      sending.hidden = true;
      button.disabled = false;
      chosen.textContent = "The files could not be sent. Try again.";
    });
    sending.hidden = false;
    button.disabled = true;
    request.open("POST", form.action);
    request.send(new FormData(form));
  });
}
