"use strict";
// Sorts the rows of a table by a column, and hides what a filter does not let through. Without it all rows are there.
for (const table of document.querySelectorAll(".board table")) {
  const body = table.tBodies[0];
  const headings = [...table.tHead.rows[1].cells];
  headings.forEach((heading, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => {
      const descending = heading.getAttribute("aria-sort") === "ascending";
      headings.forEach((other) => other.removeAttribute("aria-sort"));
      heading.setAttribute("aria-sort", descending ? "descending" : "ascending");
      const rows = [...body.rows].sort((one, two) => compare(one.cells[column], two.cells[column], descending));
      body.append(...rows);
    });
  });
}

// Columns by domain are out of the way until they are asked for.
const domains = document.querySelector("#by-domain");
if (domains) {
  const show = () => document.body.classList.toggle("brief", !domains.checked);
  domains.addEventListener("change", show);
  show();
}

function compare(one, two, descending) {
  const [left, right] = [one.dataset.value, two.dataset.value];
  const sign = descending ? -1 : 1;
  if (left === undefined) return sign * one.textContent.localeCompare(two.textContent);
  if (left === "" || right === "") return (left === "") - (right === "");
  return sign * (Number(left) - Number(right));
}

const form = document.querySelector(".filters");
if (form) {
  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", () => {
    const wanted = {};
    for (const field of form.querySelectorAll("[data-filter]")) wanted[field.dataset.filter] = field.value;
    const name = wanted.name.toLowerCase();
    delete wanted.name;
    let shown = 0;
    for (const board of document.querySelectorAll(".board")) {
      let some = 0;
      for (const row of board.querySelector("tbody").rows) {
        row.hidden = !row.cells[1].textContent.toLowerCase().includes(name);
        some += row.hidden ? 0 : 1;
      }
      const fits = Object.entries(wanted).every(([key, value]) => value === "" || board.dataset[key] === value);
      board.hidden = !fits || some === 0;
      shown += board.hidden ? 0 : some;
    }
    form.querySelector("output").value = shown === 1 ? "1 row" : `${shown} rows`;
  });
}
