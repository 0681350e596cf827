// Forms on any page. What it knows stays in sessionStorage of the page's own origin.
// <form data-firstright="SOURCE"> sends your form; <div data-firstright-form="SOURCE"> brings ours.
(() => {
  "use strict";
  const home = new URL(document.currentScript.src).origin;
  const TAGS = ["utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "gclid"];
  const visit = remembered();

  function remembered() {
    let found = null;
    try { found = JSON.parse(sessionStorage.getItem("firstright")); } catch { /* not ours */ }
    if (!Array.isArray(found?.seen)) {
      found = { landing_page: location.href.slice(0, 2000), referrer: document.referrer.slice(0, 2000), seen: [] };
      const query = new URLSearchParams(location.search);
      for (const tag of TAGS) if (query.get(tag)) found[tag] = query.get(tag);
    }
    if (found.seen.at(-1) !== location.pathname) found.seen = [...found.seen, location.pathname].slice(-20);
    try { sessionStorage.setItem("firstright", JSON.stringify(found)); } catch { /* private */ }
    return found;
  }

  const door = (form) => `${home}/v1/forms/${encodeURIComponent(form.dataset.firstright)}`;
  const newName = () => crypto.getRandomValues(new Uint32Array(4)).join("-");

  function make(tag, attributes, text = "") {
    const made = document.createElement(tag);
    for (const name in attributes) made.setAttribute(name, attributes[name]);
    made.textContent = text;
    return made;
  }

  function put(form, name, value) {
    let field = form.querySelector(`[name="${name}"]`);
    if (!field) form.append(field = make("input", { type: "hidden", name }));
    if (!field.value || name.startsWith("_")) field.value = value;
  }

  function fill(form, began) {
    for (const tag of [...TAGS, "landing_page", "referrer"]) if (visit[tag]) put(form, tag, visit[tag]);
    put(form, "pages", visit.seen.join(" "));
    put(form, "_event", form.dataset.event ||= newName());
    put(form, "_took", String(Math.round(performance.now() - began)));
  }

  function say(form, text, bad) {
    form.querySelector(".fr-said")?.remove();
    const said = make("div", { class: `fr-said ${bad ? "fr-bad" : ""}`, role: bad ? "alert" : "status", tabindex: "-1" });
    said.append(make("p", {}, text));
    form.prepend(said);
    return said;
  }

  // The first wrong field gets the focus.
  function show(form, errors) {
    const rest = [], marked = [];
    errors.forEach((error, n) => {
      const name = error.pointer.slice(1).replace(/~1/g, "/").replace(/~0/g, "~"), id = `fr-wrong-${n}`;
      const field = name && form.querySelector(`[name="${CSS.escape(name)}"]:not([type=hidden])`);
      if (!field) return rest.push(error.reason);
      field.dataset.help ??= field.getAttribute("aria-describedby") ?? "";
      field.setAttribute("aria-invalid", "true");
      field.setAttribute("aria-describedby", `${field.dataset.help} ${id}`.trim());
      field.after(make("p", { class: "fr-wrong", id }, error.reason));
      marked.push(field);
    });
    const said = say(form, rest.join(" ") || "Please look at what is marked below.", true);
    (marked[0] ?? said).focus();
  }

  function clear(form) {
    for (const each of form.querySelectorAll(".fr-wrong")) each.remove();
    for (const each of form.querySelectorAll("[aria-invalid]")) each.removeAttribute("aria-invalid");
  }

  function sent(form, told) {
    if (form.dataset.thanks) return location.assign(form.dataset.thanks);
    HTMLFormElement.prototype.reset.call(form);
    form.dataset.event = "";
    const said = say(form, form.dataset.thanksText || "Thank you. We have your message.");
    if (told.booking) said.append(make("a", { href: home + told.booking.page }, "Book a time with us"));
    said.focus();
  }

  async function send(form, began) {
    const button = form.querySelector("[type=submit]") ?? {}, fields = {};
    clear(form);
    fill(form, began);
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string") fields[name] = name in fields ? `${fields[name]}, ${value}` : value;
    }
    button.disabled = true;
    try {
      const headers = { "Content-Type": "application/json", Accept: "application/json" };
      const answer = await fetch(door(form), { method: "POST", credentials: "omit", headers, body: JSON.stringify(fields) });
      if (answer.ok) sent(form, await answer.json());
      else if (answer.status === 422) show(form, (await answer.json()).errors);
      else say(form, "This could not be sent just now. Please try again in a minute.", true).focus();
    } catch {
      HTMLFormElement.prototype.submit.call(form); // the plain way
    }
    button.disabled = false;
  }

  function attach(form) {
    if (form.dataset.ready) return;
    form.dataset.ready = "yes";
    const began = performance.now();
    fill(form, began);
    form.setAttribute("action", door(form));
    form.setAttribute("method", "post");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      send(form, began);
    });
  }

  async function bring(place) {
    if (place.dataset.ready) return;
    place.dataset.ready = "yes";
    const page = `${home}/forms/${encodeURIComponent(place.dataset.firstrightForm)}`;
    try {
      const text = await (await fetch(page, { credentials: "omit" })).text();
      const form = new DOMParser().parseFromString(text, "text/html").querySelector("form[data-firstright]");
      if (!document.querySelector("link[data-firstright]")) {
        document.head.append(make("link", { rel: "stylesheet", href: `${home}/forms.css`, "data-firstright": "" }));
      }
      place.replaceChildren(document.adoptNode(form));
      attach(form);
    } catch {
      place.replaceChildren(make("a", { href: page }, "Open the form"));
    }
  }

  function begin() {
    document.querySelectorAll("form[data-firstright]").forEach(attach);
    document.querySelectorAll("[data-firstright-form]").forEach(bring);
  }
  window.firstright = { begin };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
