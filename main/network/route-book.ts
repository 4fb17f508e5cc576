/** The ways to each server, as the system last told them. */
import type { Route } from './routes.ts';

export interface RouteBook {
  /** The ways to this origin, the likeliest first. Rejects as `resolve` does. */
  to(origin: string): Promise<readonly Route[]>;
  /** That way works: it is tried first until the system is asked again. */
  worked(origin: string, route: Route): void;
  /** The network has changed. */
  forget(): void;
}

/** Settings change, and a PAC script may look at the clock; a minute old is as good as Chromium's own answers. */
const keepMs = 60_000;

/** @param now Unix milliseconds. */
export function createRouteBook(resolve: (origin: string) => Promise<Route[]>, now: () => number): RouteBook {
  let pages = new Map<string, { ways: Promise<readonly Route[]>; until: number }>();
  return {
    to: (origin) => {
      const known = pages.get(origin);
      if (known !== undefined && now() < known.until) return known.ways;
      const page = { ways: resolve(origin), until: now() + keepMs };
      const book = pages;
      // Nobody keeps a failure.
      page.ways.catch(() => book.get(origin) === page && book.delete(origin));
      pages.set(origin, page);
      return page.ways;
    },
    worked: (origin, route) => {
      const page = pages.get(origin);
      if (page === undefined) return;
      page.ways = page.ways.then((ways) =>
        ways[0] === route || !ways.includes(route) ? ways : [route, ...ways.filter((way) => way !== route)],
      );
    },
    forget: () => {
      pages = new Map();
    },
  };
}
