import { For } from "solid-js";
import "./icon.css";

const paths = {
  flask: ["M9 3h6", "M10 3v6l-5 9a2 2 0 0 0 1.8 3h10.4a2 2 0 0 0 1.8-3l-5-9V3", "M7.5 15h9"],
  sun: [
    "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8",
    "M12 2v2M12 20v2M4.9 4.9l1.4 1.4M17.7 17.7l1.4 1.4M2 12h2M20 12h2M4.9 19.1l1.4-1.4M17.7 6.3l1.4-1.4",
  ],
  moon: ["M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z"],
  exit: ["M10 4H6a2 2 0 0 0-2 2v12a2 2 0 0 0 2 2h4", "M16 16l4-4-4-4", "M20 12H10"],
  check: ["M5 12.5l4.5 4.5L19 7.5"],
  cross: ["M6 6l12 12M18 6L6 18"],
  up: ["M12 19V5", "M6 11l6-6 6 6"],
  down: ["M12 5v14", "M6 13l6 6 6-6"],
  dash: ["M6 12h12"],
  pause: ["M9 6v12M15 6v12"],
  play: ["M8 5.5v13l10.5-6.5z"],
  square: ["M7 7h10v10H7z"],
  pencil: ["M5 19l1-4L16 5l3 3L9 18z"],
  trophy: ["M8 4h8v5a4 4 0 0 1-8 0z", "M8 5H4v1a4 4 0 0 0 4 4M16 5h4v1a4 4 0 0 1-4 4", "M12 13v4M8 20h8"],
  undo: ["M4 9h10a5 5 0 0 1 0 10h-3", "M8 5L4 9l4 4"],
  alert: ["M12 4l9 16H3z", "M12 10v4M12 17v.01"],
  clock: ["M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16", "M12 8v4l3 2"],
  question: ["M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16", "M10 10a2 2 0 1 1 2.8 1.8c-.5.2-.8.6-.8 1.2M12 16v.01"],
  shield: ["M12 3l7 3v5c0 4.5-3 8-7 10-4-2-7-5.5-7-10V6z"],
  copy: ["M9 9h11v11H9z", "M5 15H4V4h11v1"],
  right: ["M5 12h14", "M13 6l6 6-6 6"],
  back: ["M15 6l-6 6 6 6"],
  expand: ["M7 10l5 5 5-5"],
  home: ["M4 11l8-7 8 7", "M6 10v10h12V10"],
  sliders: ["M5 4v7M5 15v5M12 4v3M12 11v9M19 4v9M19 17v3", "M3 13h4M10 9h4M17 15h4"],
  ruler: ["M4 16L16 4l4 4L8 20z", "M8 12l2 2M11 9l2 2M14 6l2 2"],
  gauge: ["M4 18a8 8 0 1 1 16 0", "M12 18l4-6"],
  key: ["M14 10a4 4 0 1 1-8 0 4 4 0 0 1 8 0z", "M14 10h7v3M18 10v2"],
  list: ["M8 6h12M8 12h12M8 18h12", "M4 6v.01M4 12v.01M4 18v.01"],
  search: ["M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14", "M16 16l4.5 4.5"],
  plus: ["M12 5v14M5 12h14"],
  download: ["M12 4v11", "M7 11l5 5 5-5", "M5 20h14"],
  print: ["M7 9V4h10v5", "M7 17H4V9h16v8h-3", "M7 14h10v6H7z"],
  trash: ["M5 7h14", "M9 7V4h6v3", "M7 7l1 13h8l1-13"],
  menu: ["M4 7h16M4 12h16M4 17h16"],
  screen: ["M4 5h16v11H4z", "M9 20h6M12 16v4"],
  keyboard: ["M3 7h18v11H3z", "M7 11v.01M11 11v.01M15 11v.01M17 11v.01M8 15h8"],
  silence: ["M3 12h4l2-5 3 9", "M15 12h.01M18 12h.01M21 12h.01"],
  bell: ["M6 16v-5a6 6 0 0 1 12 0v5l2 2H4z", "M10 20.5a2 2 0 0 0 4 0"],
  branch: ["M7 5v14", "M17 5v4a4 4 0 0 1-4 4H7"],
} as const;

export type IconName = keyof typeof paths;

/** A line icon in the color of the text around it. Decorative: a word always stands beside it. */
export function Icon(props: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <For each={paths[props.name]}>{(path) => <path d={path} />}</For>
    </svg>
  );
}
