// Small drawings, as strokes in a square of 24.

const paths = {
  back: "M15 5l-7 7 7 7",
  close: "M6 6l12 12M18 6L6 18",
  down: "M5 9l7 7 7-7",
  more: "M12 5.5v.01M12 12v.01M12 18.5v.01",
  send: "M4 12L20 4.5 15.5 20l-4-6.5L20 4.5M11.5 13.5L4 12",
  menu: "M4 7h16M4 12h16M4 17h16",
  app: "M5 5h14v14H5zM5 9h14",
  keyboard: "M4 6.5h16v11H4zM8 10.5v.01M12 10.5v.01M16 10.5v.01M8.5 14h7",
  link: "M8 16L17 7M10 7h7v7",
  copy: "M9 9h10v10H9zM15 9V5H5v10h4",
  edit: "M5 19l1-4L16 5l3 3L9 18z",
  reply: "M10 6L4 12l6 6M4 12h9a7 7 0 0 1 7 7",
  trash: "M5 7h14M9 7V4.5h6V7M7 7l1 13h8l1-13",
  check: "M5 12.5l4.5 4.5L19 7.5",
  plus: "M12 5v14M5 12h14",
  reload: "M19 8a8 8 0 1 0 1 5M19 4v4h-4",
  settings: "M4 7h9M17 7h3M4 17h3M11 17h9M15 5v4M9 15v4",
  block: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16M6.5 6.5l11 11",
  file: "M7 3.5h7l4 4v13H7zM14 3.5v4h4",
  photo: "M4 5.5h16v13H4zM4 16l5-5 4 4 3-3 4 4M15.5 9v.01",
  gift: "M4 9h16v4H4zM6 13v7.5h12V13M12 9v11.5M12 9C7 9 7 4 9.5 4S12 9 12 9s0-5 2.5-5S17 9 12 9",
};

const star = "M12 3l2.7 5.7 6.3.8-4.6 4.3 1.2 6.2-5.6-3.1-5.6 3.1 1.2-6.2L3 9.5l6.3-.8z";
const space = "http://www.w3.org/2000/svg";

function drawing(name, d) {
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", d);
  svg.append(path);
  return svg;
}

export function icon(name) {
  return drawing(name, paths[name]);
}

/** The sign of Stars. */
export function starSign() {
  return drawing("star", star);
}

/** `text` with the sign of Stars in the place of each star in it. */
export function withStars(text) {
  const parts = text.split(/⭐\uFE0F?|XTR/);
  return parts.flatMap((part, i) => (i === 0 ? [part] : [starSign(), part])).filter((part) => part !== "");
}
