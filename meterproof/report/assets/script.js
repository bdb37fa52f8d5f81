"use strict";
// Steps through runs, opens what is cited, and opens everything for print. Without it the page shows all of that at once.
(() => {
  const root = document.documentElement;
  root.classList.add("live");
  const note = document.getElementById("note");
  let last = null; // the run that was stepped through last

  const number = (element, name) => Number(element.dataset[name]);
  const all = (element, what) => [...element.querySelectorAll(what)];

  const visible = (element) => element && element.getClientRects().length > 0;

  function go(run, wanted) {
    const end = number(run, "steps");
    const step = Math.min(Math.max(wanted, 0), end);
    run.dataset.at = step;
    last = run;
    for (const each of all(run, ".step")) each.hidden = number(each, "step") !== step;
    for (const row of all(run, ".state tr")) {
      let changed = false;
      for (const value of all(row, ".value")) {
        value.hidden = step < number(value, "first") || step > number(value, "last");
        changed ||= step > 0 && number(value, "first") === step;
      }
      row.classList.toggle("changed", changed);
      for (const flag of all(row, ".flag")) flag.hidden = !changed;
    }
    for (const row of all(run, "svg .row")) row.classList.toggle("current", number(row, "step") === step);
    run.querySelector(".slider").value = step;
    run.querySelector(".place").value = step ? `${step} of ${end}` : `start, of ${end}`;
    for (const button of all(run, "button[data-go]")) {
      const forward = ["next", "last"].includes(button.dataset.go);
      const stays = forward ? step === end && !(button.dataset.go === "next" && loops(run)) : step === 0;
      button.setAttribute("aria-disabled", stays);
    }
    follow(run);
  }

  const loops = (run) => run.dataset.loop !== undefined && number(run, "loop") < number(run, "steps");

  function move(run, how) {
    const at = number(run, "at"), end = number(run, "steps");
    if (how === "next" && at === end && loops(run)) return go(run, number(run, "loop") + 1);
    go(run, { first: 0, back: at - 1, next: at + 1, last: end }[how]);
  }

  // Keep the current row in view inside its own box, and leave the page where it is.
  function follow(run) {
    const box = all(run, ".diagram").find(visible), row = box?.querySelector(".row.current");
    if (!box) return;
    if (!row) { box.scrollTop = 0; return; }
    const middle = row.getBoundingClientRect(), frame = box.getBoundingClientRect();
    box.scrollTop += middle.top + middle.height / 2 - frame.top - frame.height / 2;
  }

  for (const run of all(document, ".explorer")) {
    run.addEventListener("click", (event) => {
      const button = event.target.closest("button[data-go]"), row = event.target.closest("svg .row");
      if (button) move(run, button.dataset.go);
      if (row) go(run, number(row, "step"));
    });
    run.querySelector(".slider").addEventListener("input", (event) => go(run, Number(event.target.value)));
    run.closest("details")?.addEventListener("toggle", () => follow(run));
    go(run, 0);
  }
  last = null;

  const keys = { ArrowLeft: "back", ArrowRight: "next", Home: "first", End: "last" };
  document.addEventListener("keydown", (event) => {
    const how = keys[event.key];
    if (!how || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey || note.open) return;
    if (event.target.closest("input, summary, a, .scroll:not(.diagram)")) return;
    const open = all(document, ".explorer").filter(visible);
    const run = event.target.closest(".explorer") ?? (visible(last) ? last : open.length === 1 ? open[0] : null);
    if (!run) return;
    event.preventDefault();
    move(run, how);
  });

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a.cite");
    const cited = link && document.getElementById(link.hash.slice(1));
    if (!cited || typeof note.showModal !== "function") return;
    event.preventDefault();
    const shown = cited.cloneNode(true);
    shown.removeAttribute("id");
    note.firstElementChild.replaceChildren(shown);
    note.setAttribute("aria-label", shown.querySelector("h3").textContent);
    if (!note.open) note.showModal();
    note.scrollTop = 0;
  });
  note.addEventListener("click", (event) => { if (event.target === note) note.close(); });

  // Events are listed by kind; without the script all of them are.
  for (const list of all(document, ".events")) {
    const boxes = all(list, "input[data-kind]"), rows = all(list, "tbody tr");
    const filter = () => {
      const wanted = new Set(boxes.filter((box) => box.checked).map((box) => box.dataset.kind));
      for (const row of rows) row.hidden = !wanted.has(row.dataset.kind);
      const shown = rows.filter((row) => !row.hidden).length;
      list.querySelector("output").value = `${shown.toLocaleString("en")} of ${rows.length.toLocaleString("en")} events`;
    };
    list.addEventListener("change", filter);
    for (const button of all(list, "button[data-all]")) {
      button.addEventListener("click", () => {
        for (const box of boxes) box.checked = button.dataset.all === "all";
        filter();
      });
    }
    filter();
  }

  // A link to a run opens it, also at a step: #run-1/3.
  function arrive() {
    const [key, step] = decodeURIComponent(location.hash.slice(1)).split("/");
    const target = key && document.getElementById(key);
    if (!target) return;
    const run = target.closest(".explorer");
    for (let box = target.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
    if (run && step) go(run, Number(step));
    if (run) { (run.closest("details") ?? run).scrollIntoView(); run.focus({ preventScroll: true }); last = run; }
  }
  addEventListener("hashchange", arrive);
  document.addEventListener("click", (event) => {
    if (event.target.closest("a[href^='#']")?.hash === location.hash) arrive(); // no change of the address tells us
  });
  arrive();

  let opened = [];
  addEventListener("beforeprint", () => {
    opened = all(document, "details:not([open])");
    for (const box of opened) box.open = true;
  });
  addEventListener("afterprint", () => { for (const box of opened) box.open = false; });
})();
