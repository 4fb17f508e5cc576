// Draws the icons of the tray into main/desktop/icons: node scripts/tray-icons.mjs. Run by hand when the drawing changes.
// Chromium is the renderer, as in the tests of the window (TINTYPE_TEST_CHROMIUM, or Debian's).
import fs from 'node:fs';
import { chromium } from 'playwright-core';
import { inTree } from './lib/places.mjs';
import { runMain } from './lib/problem.mjs';

const sizes = [16, 32];

/** What stands in the corner: a colour, and a drawing around 0, 0 in a circle of radius 8. */
const badges = {
  idle: null,
  busy: { colour: '#1f7a3d', drawing: '<path d="M0 5V-4M-4 0l4-4.4L4 0" fill="none" stroke-width="2.6"/>' },
  paused: { colour: '#5d5650', drawing: '<path d="M-2.5-4v8M2.5-4v8" fill="none" stroke-width="2.6"/>' },
  attention: { colour: '#b3261e', drawing: '<path d="M0-5v5.5M0 4.4v.6" fill="none" stroke-width="3"/>' },
};

/** The plate of the app's icon, with its oval. */
const plate = 'M7 1h18l6 6v18l-6 6H7l-6-6V7z';
const oval = 'M16 6.5a7.6 9.5 0 0 1 0 19 7.6 9.5 0 0 1 0-19z';
const hills = 'M8.8 21l5-6.5 3.4 3.6 2.4-2.4 4 4.6a7.6 9.5 0 0 1-14.8.7z';
const badgeAt = 'translate(23.4 23.4)';

await runMain(async () => {
  const browser = await chromium.launch({
    executablePath: process.env.TINTYPE_TEST_CHROMIUM ?? '/usr/bin/chromium',
    chromiumSandbox: process.getuid?.() !== 0,
  });
  try {
    for (const size of sizes) {
      const page = await browser.newPage({ viewport: { width: size, height: size } });
      for (const [state, badge] of Object.entries(badges)) {
        for (const [kind, draw] of Object.entries({ colour, template })) {
          await page.setContent(`<style>body{margin:0}svg{display:block}</style>${draw(badge, size)}`);
          const path = inTree('main/desktop/icons', `${kind}-${state}-${size}.png`);
          await page.screenshot({ path, omitBackground: true });
          console.log(`${path} ${fs.statSync(path).size} bytes`);
        }
      }
      await page.setContent(`<style>body{margin:0}svg{display:block}</style>${overlay(size)}`);
      await page.screenshot({
        path: inTree('main/desktop/icons', `overlay-attention-${size}.png`),
        omitBackground: true,
      });
    }
  } finally {
    await browser.close();
  }
  return 0;
});

/** For Windows and Linux, whose panels may be light or dark: it brings its own ground. */
function colour(badge, size) {
  return svg(
    size,
    `<path d="${plate}" fill="#2b2725" stroke="#c99a5b" stroke-width="1.6"/>
     <path d="${oval}" fill="#f0d3a3"/><path d="${hills}" fill="#8a5a34"/>` +
      (badge === null
        ? ''
        : `<g transform="${badgeAt}"><circle r="8.6" fill="#fff"/><circle r="7.6" fill="${badge.colour}"/>
           <g stroke="#fff" stroke-linecap="round" stroke-linejoin="round">${badge.drawing}</g></g>`),
  );
}

/** For macOS, which colours it: black, and holes where something shows through. */
function template(badge, size) {
  const cut =
    badge === null
      ? ''
      : `<g transform="${badgeAt}"><circle r="9.4" fill="#000"/><circle r="7.8" fill="#fff"/>
         <g stroke="#000" stroke-linecap="round" stroke-linejoin="round">${badge.drawing}</g></g>`;
  return svg(
    size,
    `<mask id="m"><path d="${plate}" fill="#fff"/><path d="${oval}" fill="#000"/>
       <path d="${hills}" fill="#fff"/>${cut}</mask><rect width="32" height="32" mask="url(#m)"/>`,
  );
}

/** For Windows, which lays it over the app's icon in the taskbar. */
function overlay(size) {
  const { colour: ground, drawing } = badges.attention;
  return svg(
    size,
    `<g transform="translate(16 16) scale(1.9)"><circle r="8" fill="${ground}"/>
     <g stroke="#fff" stroke-linecap="round" stroke-linejoin="round">${drawing}</g></g>`,
  );
}

function svg(size, inner) {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="0 0 32 32">${inner}</svg>`;
}
