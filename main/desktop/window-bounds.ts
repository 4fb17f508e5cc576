/** Where the window goes when it opens: where it was, as far as that can still be reached. */
import { z } from 'zod';

export interface Rectangle {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface WindowState {
  /** Of the window when it is not maximised. */
  bounds: Rectangle;
  maximised: boolean;
}

export const minSize = { width: 720, height: 480 } as const;
const usualSize = { width: 1000, height: 700 } as const;

/** As much of the title bar must be on a screen that the window can be dragged by it. */
const grip = { width: 120, height: 32 } as const;

const side = z.number().int().min(-100_000).max(100_000);
const stateSchema = z.object({
  bounds: z.object({ x: side, y: side, width: side.positive(), height: side.positive() }),
  maximised: z.boolean(),
});

/**
 * @param kept what the file holds; whatever it is.
 * @param workAreas of the screens that are there now, the main one first; without panels and docks.
 */
export function placeWindow(kept: unknown, workAreas: readonly Rectangle[]): WindowState {
  const [main] = workAreas;
  const { data } = stateSchema.safeParse(kept);
  if (main === undefined) return data ?? { bounds: { x: 0, y: 0, ...usualSize }, maximised: false };
  if (data === undefined) return { bounds: centred(usualSize, main), maximised: false };
  const { bounds, maximised } = data;
  const home = workAreas.find((area) => isReachable(bounds, area));
  const size = sized(bounds, home ?? main);
  return { bounds: home === undefined ? centred(size, main) : { ...bounds, ...size }, maximised };
}

function isReachable({ x, y, width }: Rectangle, area: Rectangle): boolean {
  const seen = Math.min(x + width, area.x + area.width) - Math.max(x, area.x);
  return seen >= Math.min(grip.width, width) && y >= area.y && y + grip.height <= area.y + area.height;
}

function sized({ width, height }: Pick<Rectangle, 'width' | 'height'>, area: Rectangle) {
  return {
    width: Math.max(minSize.width, Math.min(width, area.width)),
    height: Math.max(minSize.height, Math.min(height, area.height)),
  };
}

function centred(size: Pick<Rectangle, 'width' | 'height'>, area: Rectangle): Rectangle {
  const { width, height } = sized(size, area);
  return {
    x: area.x + Math.max(0, Math.round((area.width - width) / 2)),
    y: area.y + Math.max(0, Math.round((area.height - height) / 2)),
    width,
    height,
  };
}
