/**
 * Which lines of a long list can be seen, where they stand, and whether anybody could read them as they pass.
 *
 * [Note: Long lists] All lines are equally high, so where a line stands is a product and nothing is measured. Only as
 * many elements exist as fit on the screen and a few beyond it, and a line that comes into sight takes the place
 * (`slot`) of one that has gone: React changes texts and builds nothing. While the list flies by at more than half a
 * screen with each frame, and until it is half as fast, nothing is drawn and nothing is asked for: a pattern of lines
 * in their place shows that they pass, and the lines are there as soon as the list slows down. Pictures wait until a
 * person can look at them. At rest the elements stand in the order of the list again, for whoever reads the page in its
 * own order.
 *
 * Chromium lays out no more than 33,554,431 px and places things there to the nearest two pixels. A longer list is as
 * high as `mostPixels`: the scroll bar then leads to places in proportion, small movements are as they are, and at
 * rest the bar is put where it belongs.
 */

/** All in pixels but for `lines`. */
export interface Geometry {
  lines: number;
  lineHeight: number;
  viewport: number;
}

/** What is drawn. */
export interface Glimpse {
  first: number;
  /** -1 when there is none. */
  last: number;
  /** What is added to a line's place in a list of full height to have it where the scroller is, pixels. */
  shift: number;
  /** Nothing moves, or slowly. */
  calm: boolean;
  /** The slots in the order in which they stand in the page. */
  order: readonly number[];
}

export interface LongList {
  /** To be told of every change of the list's measures. */
  resize(next: Geometry): void;
  /** The scroller stands at `scrollTop` at the time `at`, milliseconds. True while it flies. */
  moved(scrollTop: number, at: number): boolean;
  /** Nothing has moved for a while. Returns where the scroller should stand: there already, unless the list is too long. */
  rest(): number;
  glimpse(): Glimpse;
  /** How far the first line in sight stands above the edge of the scroller: 0 or less, pixels. */
  phase(): number;
  /** Where the scroller has to go so that this line is in full sight. */
  scrollTopFor(line: number): number;
}

/** Beyond it a float has no half pixels. */
export const mostPixels = 8_000_000;
/** Lines beyond either edge that are drawn before they are seen. */
const overscan = 4;
/** Frames farther apart than that are not one movement, milliseconds. */
const oneMovement = 100;
/** As long as a frame is seen on most screens, milliseconds. */
const frameMs = 16;
/** Pixels per millisecond at which a picture is still worth loading. */
const lookable = 1.2;

/** How high the element with all lines is, pixels. */
export function heightOf({ lines, lineHeight }: Geometry): number {
  return Math.min(mostPixels, lines * lineHeight);
}

/** How many elements there are for the lines. */
export function slotsOf({ lineHeight, viewport }: Geometry): number {
  return Math.ceil(viewport / lineHeight) + 1 + 2 * overscan;
}

/** A list at its top; nothing can be seen before `resize`. */
export function createLongList(): LongList {
  let geometry: Geometry = { lines: 0, lineHeight: 1, viewport: 0 };
  /** In a list of full height. */
  let top = 0;
  let scrollTop = 0;
  let before = { at: -Infinity, far: false, flies: false };
  let calm = true;
  let order: readonly number[] = [];
  /** Where somebody asked to go: the bar alone would tell it to some pixels. */
  let target: { bar: number; list: number } | null = null;

  const full = (): number => geometry.lines * geometry.lineHeight;
  /** How far the scroller goes, and how far it would in a list of full height. */
  const ends = (): { bar: number; list: number } => ({
    bar: Math.max(0, heightOf(geometry) - geometry.viewport),
    list: Math.max(0, full() - geometry.viewport),
  });
  const barFor = (place: number): number => {
    const { bar, list } = ends();
    return list === 0 ? 0 : (place / list) * bar;
  };

  return {
    resize: (next) => {
      if (slotsOf(next) !== slotsOf(geometry)) order = [];
      geometry = next;
      top = Math.min(top, ends().list);
    },
    moved: (to, at) => {
      const { bar, list } = ends();
      const by = to - scrollTop;
      scrollTop = to;
      const from = top;
      if (bar === list) top = to;
      else if (target !== null && Math.abs(to - target.bar) < 1) top = target.list;
      else if (to <= 0) top = 0;
      else if (to >= bar) top = list;
      else if (Math.abs(by) < 2 * geometry.viewport) top = Math.min(list, Math.max(0, top + by));
      else top = (to / bar) * list;
      target = null;
      const way = Math.abs(top - from);
      const together = at - before.at < oneMovement;
      // Once it flies it has to be slower to be drawn: frames of one movement are not equally far apart. How far it goes
      // where frames were left out says nothing of its speed.
      const fast = (geometry.viewport / 4) * Math.max(1, (at - before.at) / frameMs);
      const far = way > (before.flies && together ? fast : geometry.viewport / 2);
      const flies = far && before.far && together;
      calm = together ? way < lookable * Math.max(1, at - before.at) : !far;
      before = { at, far, flies };
      return flies;
    },
    rest: () => {
      calm = true;
      before = { at: -Infinity, far: false, flies: false };
      if (full() > mostPixels) scrollTop = barFor(top);
      return scrollTop;
    },
    glimpse: () => {
      const { lines, lineHeight, viewport } = geometry;
      const first = Math.max(0, Math.floor(top / lineHeight) - overscan);
      const last = viewport === 0 ? -1 : Math.min(lines, first + slotsOf(geometry)) - 1;
      const slots = slotsOf(geometry);
      if (calm || order.length < last - first + 1) {
        order = Array.from({ length: last - first + 1 }, (_, n) => (first + n) % slots);
      }
      return { first, last, shift: full() > mostPixels ? scrollTop - top : 0, calm, order };
    },
    phase: () => 0 - (top % geometry.lineHeight),
    scrollTopFor: (line) => {
      const { lineHeight, viewport } = geometry;
      const start = line * lineHeight;
      const wanted = start < top ? start : Math.max(top, start + lineHeight - viewport);
      const place = Math.min(ends().list, Math.max(0, wanted));
      if (full() <= mostPixels) return place;
      // A step stays a step; what is farther away goes by the bar.
      const by = place - top;
      const bar = Math.abs(by) < 2 * viewport ? scrollTop + by : barFor(place);
      target = { bar, list: place };
      return bar;
    },
  };
}

/** Whether nothing has to be drawn anew. */
export function sameGlimpse(one: Glimpse, other: Glimpse): boolean {
  return (
    one.first === other.first &&
    one.last === other.last &&
    one.shift === other.shift &&
    one.calm === other.calm
  );
}
