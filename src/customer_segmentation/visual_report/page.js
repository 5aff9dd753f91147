"use strict";

const report = JSON.parse(document.getElementById("report-data").textContent);
const views = {};

// The part of a figure that the picker asks for, or the next best: [segmentation, segment].
function partOf(figure, segmentation, segment) {
  const choices = figure.picker.length === 2
    ? [[segmentation, segment], [segmentation, ""]]
    : [[segmentation]];
  return choices.find((part) => part.join("|") in figure.findings) ?? figure.first;
}

function noteOf(figure, part, segmentation, segment) {
  if (part[0] !== segmentation) {
    return `Not by the segmentation that is picked: shown by “${labelOf(part[0])}”.`;
  }
  if (figure.picker.length === 2 && part[1] !== segment) {
    return "The numbers of this segment are hidden: shown for all customers.";
  }
  return "";
}

function labelOf(segmentation) {
  return document.querySelector(`#segmentation option[value="${segmentation}"]`)?.label ?? segmentation;
}

function showPart(name, segmentation, segment) {
  const figure = report.figures[name];
  const article = document.getElementById(name);
  const part = partOf(figure, segmentation, segment);
  article.querySelector("h3").textContent = figure.findings[part.join("|")];
  article.querySelector(".note").textContent = noteOf(figure, part, segmentation, segment);
  for (const row of article.querySelectorAll("tbody tr")) {
    row.hidden = figure.picker.some((column, index) => row.dataset[column] !== part[index]);
  }
  article.querySelector(".chart")?.setAttribute("aria-label", figure.findings[part.join("|")]);
  const view = views[name];
  if (!view) return;
  figure.picker.forEach((column, index) => view.signal(column, part[index]));
  // Charts of one segmentation mark the segment.
  if (figure.picker.length === 1 && figure.marks) {
    view.signal("segment", part[0] === segmentation ? segment : "");
  }
  view.runAsync();
}

function showPicked() {
  const segmentation = document.getElementById("segmentation").value;
  const segment = document.getElementById("segment").value;
  for (const [name, figure] of Object.entries(report.figures)) {
    if (figure.picker.length) showPart(name, segmentation, segment);
  }
}

function offerSegments() {
  const segmentation = document.getElementById("segmentation").value;
  const options = [["", "All segments"], ...(report.segments[segmentation] ?? [])];
  document.getElementById("segment").replaceChildren(
    ...options.map(([segment, label]) => new Option(label, segment)),
  );
}

async function draw(name, figure) {
  const element = document.querySelector(`#${name} .chart`);
  const spec = { ...figure.spec, datasets: { [name]: figure.rows } };
  views[name] = (await vegaEmbed(element, spec, { actions: false, renderer: "svg" })).view;
  // A screen reader reads the label of the chart and the table below it.
  element.querySelector("svg").setAttribute("aria-hidden", "true");
}

async function start() {
  const drawn = Object.entries(report.figures).filter(([, figure]) => figure.spec);
  await Promise.all(drawn.map(([name, figure]) => draw(name, figure)));
  const segmentation = document.getElementById("segmentation");
  if (segmentation) {
    offerSegments();
    segmentation.addEventListener("change", () => { offerSegments(); showPicked(); });
    document.getElementById("segment").addEventListener("change", showPicked);
    showPicked();
  }
  document.documentElement.dataset.drawn = drawn.length;
}

// A link to a column opens the list that it is in.
function openTarget() {
  document.getElementById(decodeURIComponent(location.hash.slice(1)))?.closest("details")
    ?.setAttribute("open", "");
}
window.addEventListener("hashchange", openTarget);

// Paper has the numbers of every chart.
let opened = [];
window.addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll(".figures details:not([open])")];
  opened.forEach((details) => { details.open = true; });
});
window.addEventListener("afterprint", () => {
  opened.forEach((details) => { details.open = false; });
});

start();
