import "./logo.css";

/** Two intervals on one axis: what the product is about. */
export function Logo() {
  return (
    <span class="logo">
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <rect class="logo-tile" width="24" height="24" rx="6" />
        <path class="logo-line" d="M5 9h9M5 15h14" />
        <circle class="logo-dot" cx="9.5" cy="9" r="2.6" />
        <circle class="logo-dot" cx="14.5" cy="15" r="2.6" />
      </svg>
      Bakeoff
    </span>
  );
}
