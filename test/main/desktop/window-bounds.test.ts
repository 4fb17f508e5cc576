import { describe, expect, it } from 'vitest';
import { placeWindow } from '../../../main/desktop/window-bounds.ts';

const main = { x: 0, y: 25, width: 1440, height: 875 };
const left = { x: -1920, y: 0, width: 1920, height: 1080 };
const middle = { bounds: { x: 220, y: 113, width: 1000, height: 700 }, maximised: false };
const kept = (bounds: object, maximised = false): unknown => ({ bounds, maximised });

describe('the window opens', () => {
  it.each([
    ['nothing', null],
    ['a text', 'x'],
    ['a number too few', kept({ x: 0, y: 0, width: 900 })],
    ['fractions', kept({ x: 0.5, y: 0, width: 900, height: 600 })],
    ['no size', kept({ x: 0, y: 0, width: 0, height: 600 })],
    ['a size without end', kept({ x: 0, y: 0, width: 1e12, height: 600 })],
  ])('in the middle of the main screen where %s is kept', (_what, state) => {
    expect(placeWindow(state, [main, left])).toEqual(middle);
  });

  it.each([
    ['on the main screen', { x: 30, y: 40, width: 900, height: 600 }],
    ['on another', { x: -1900, y: 10, width: 1500, height: 900 }],
    ['half beyond the right edge', { x: 1200, y: 100, width: 900, height: 600 }],
    ['over two screens', { x: -500, y: 100, width: 1000, height: 600 }],
  ])('where it was, %s', (_where, bounds) => {
    expect(placeWindow(kept(bounds, true), [main, left])).toEqual({ bounds, maximised: true });
  });

  it.each([
    ['on a screen that is gone', { x: -1900, y: 10, width: 1000, height: 700 }],
    ['with its title bar above the screen', { x: 100, y: -200, width: 1000, height: 700 }],
    ['with its title bar below the screen', { x: 100, y: 890, width: 1000, height: 700 }],
    ['but for a sliver', { x: 1400, y: 100, width: 1000, height: 700 }],
  ])('in the middle when it was %s', (_where, bounds) => {
    expect(placeWindow(kept(bounds), [main])).toEqual(middle);
  });

  it('no larger than the screen, and no smaller than it can be used', () => {
    const huge = kept({ x: 0, y: 25, width: 5000, height: 4000 });
    expect(placeWindow(huge, [main]).bounds).toEqual(main);
    const tiny = kept({ x: 50, y: 50, width: 10, height: 10 });
    expect(placeWindow(tiny, [main]).bounds).toEqual({ x: 50, y: 50, width: 720, height: 480 });
    const small = { x: 0, y: 0, width: 640, height: 400 };
    expect(placeWindow(null, [small]).bounds).toEqual({ x: 0, y: 0, width: 720, height: 480 });
  });
});
