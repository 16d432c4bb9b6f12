// Reloads this page when the preview shows something newer. Listens only while the page is visible.
"use strict";
(() => {
  const shown = document.currentScript.src.split("?")[1];
  let source = null;
  const listen = () => {
    if (source !== null || document.visibilityState !== "visible") return;
    source = new EventSource("/.trustbook/events");
    source.addEventListener("generation", (event) => {
      if (event.data !== shown) location.reload();
    });
  };
  const rest = () => {
    if (source !== null) source.close();
    source = null;
  };
  document.addEventListener("visibilitychange", () => (document.visibilityState === "visible" ? listen() : rest()));
  addEventListener("pagehide", rest);
  addEventListener("pageshow", listen);
  listen();
})();
