import type { IntervalView } from "./interval-view.ts";

/** Everything a plot of intervals is drawn from. */
export interface IntervalDrawing {
  /** Every row of the table beside the plot, control included, in its order. */
  rows: readonly string[];
  views: readonly IntervalView[];
  /** Where the tolerated harm ends, and on which side the harm lies. */
  margin: { at: number; harmSide: 1 | -1 } | null;
  width: number;
  rowHeight: number;
  headerHeight: number;
  /** Off where the rows of a table beside the plot name the variants. */
  showNames: boolean;
  formatTick: (value: number) => string;
  describe: (view: IntervalView) => string;
  label: string;
}

/** Room for the axis below the rows. */
export const AXIS_HEIGHT = 28;

/** The height a drawing will have, so that its place is kept before it is drawn. */
export function drawingHeight({
  headerHeight,
  rows,
  rowHeight,
}: Pick<IntervalDrawing, "headerHeight" | "rows" | "rowHeight">): number {
  return headerHeight + rows.length * rowHeight + AXIS_HEIGHT;
}
