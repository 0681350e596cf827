// What the browser adds: lists that follow what happens, clocks that count, keys that move. Every page works without it.

const root = document.documentElement;

// -- Following: ask whether a turn was taken; regions that said hx-trigger="moved from:body" then fetch themselves --
const EVERY = 4000;

async function pulse() {
  if (document.hidden || !document.body.dataset.turn) return;
  try {
    const answer = await fetch(`/pulse?since=${document.body.dataset.turn}`, { headers: { "HX-Request": "true" } });
    document.body.dataset.line = answer.ok ? "on" : "off";
    if (answer.status === 401) return location.reload();
    if (answer.status !== 200) return;
    document.body.dataset.turn = (await answer.json()).turn;
    document.body.dispatchEvent(new CustomEvent("moved"));
  } catch {
    document.body.dataset.line = "off";
  }
}
setInterval(pulse, EVERY);
document.addEventListener("visibilitychange", () => document.hidden || pulse());

// -- Clocks: <time data-counts datetime="..."> says how long it is until then, or since --
function span(seconds) {
  const away = Math.abs(seconds);
  if (away < 90) return `${Math.round(away)} s`;
  if (away < 5400) return `${Math.round(away / 60)} min`;
  if (away < 129600) return `${Math.round(away / 3600)} h`;
  return `${Math.round(away / 86400)} days`;
}
const skew = Date.parse(document.body.dataset.now) - Date.now();
function count() {
  for (const time of document.querySelectorAll("time[data-counts]")) {
    const left = (Date.parse(time.dateTime) - Date.now() - skew) / 1000;
    const said = time.dataset.counts === "due" ? (left >= 0 ? `in ${span(left)}` : `${span(left)} late`)
      : left > 0 ? `in ${span(left)}` : `${span(left)} ago`;
    if (time.textContent !== said) time.textContent = said;
    if (time.dataset.counts === "due") {
      time.classList.toggle("tone-bad", left < 0);
      time.classList.toggle("tone-warn", left >= 0 && left < 900);
    }
  }
}
setInterval(count, 1000);
document.addEventListener("htmx:afterSettle", count);
// On a phone the list one is in may be beyond the edge of its tabs.
for (const tab of document.querySelectorAll(".tabs [aria-current]")) {
  const tabs = tab.parentElement;
  tabs.scrollLeft = tab.offsetLeft + tab.offsetWidth - tabs.offsetLeft - tabs.clientWidth;
}
count();

// -- Keys: / searches, j and k walk the rows, Enter opens one, g and a letter goes to a page, ? says all of this --
const GO = { i: "/inbox", r: "/review", t: "/team", m: "/me", p: "/policy", d: "/deliveries", s: "/sources" };
let going = false;

function rows() {
  return [...document.querySelectorAll("table.rows tbody tr")].filter((row) => row.querySelector("a.opens"));
}
function walk(by) {
  const all = rows();
  const now = all.findIndex((row) => row.classList.contains("at"));
  const next = all[Math.max(0, Math.min(all.length - 1, now < 0 ? 0 : now + by))];
  if (!next) return;
  all[now]?.classList.remove("at");
  next.classList.add("at");
  next.querySelector("a.opens").focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "Escape") {
    for (const open of document.querySelectorAll("details.drop[open]")) {
      open.open = false;
      open.querySelector("summary").focus();
    }
    if (typing) typing.blur();
  }
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (going) {
    going = false;
    if (GO[event.key]) return void (location.href = GO[event.key]);
  }
  const keys = {
    "/": () => document.querySelector("#search")?.focus(),
    j: () => walk(1),
    k: () => walk(-1),
    g: () => { going = true; setTimeout(() => (going = false), 1200); },
    "?": () => document.querySelector("#keys")?.showModal(),
  };
  if (keys[event.key]) {
    event.preventDefault();
    keys[event.key]();
  }
});

// -- One menu at a time; a click beside it closes it --
document.addEventListener("click", (event) => {
  for (const open of document.querySelectorAll("details.drop[open]")) {
    if (!open.contains(event.target)) open.open = false;
  }
  const copies = event.target.closest("[data-copies]");
  if (copies) {
    navigator.clipboard?.writeText(document.querySelector(copies.dataset.copies).textContent.trim());
    copies.querySelector(".said")?.replaceChildren("Copied");
  }
});

// -- Light or dark: remembered by a cookie, so that the server draws the page right from the start --
document.addEventListener("click", (event) => {
  const chosen = event.target.closest("[data-theme-choice]")?.dataset.themeChoice;
  if (chosen === undefined) return;
  root.dataset.theme = chosen;
  document.cookie = `theme=${chosen}; path=/; max-age=31536000; samesite=lax`;
});

// What is half typed or open stays when a region is fetched anew.
// So does an answer that was fetched into a region ([data-stays]), whose new copy would be empty.
const typedIn = (node) => {
  if (node.matches?.("select")) return node.selectedIndex !== Math.max(0, [...node.options].findIndex((each) => each.defaultSelected));
  if (!node.matches?.("input, textarea") || node.type === "hidden") return false;
  return ["radio", "checkbox"].includes(node.type) ? node.checked !== node.defaultChecked : node.value !== node.defaultValue;
};
Object.assign(Idiomorph.defaults.callbacks, {
  beforeNodeMorphed: (node) => !typedIn(node) && !node.matches?.("[data-stays]"),
  beforeAttributeUpdated: (name, node) =>
    !(name === "open" && node.tagName === "DETAILS") && !(name === "class" && node.classList.contains("at")),
});

document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector('meta[name="csrf"]')?.content;
  if (token) event.detail.headers["X-CSRF-Token"] = token;
});

// -- Copying: a button with data-copies="id" takes that field's text along before its form is sent --
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-copies]");
  const from = button && document.getElementById(button.dataset.copies);
  const link = button?.dataset.link ? location.origin + button.dataset.link : "{booking_link}";
  if (from) navigator.clipboard?.writeText(from.value.replaceAll("{booking_link}", link));
});
