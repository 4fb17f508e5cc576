/** Photos that nobody took: hills under a sky, each in colours of its own. */
import sharp from 'sharp';

const [width, height] = [480, 360];

/** Always the same ones, as data: addresses of JPEGs. */
export function drawLandscapes(count: number): Promise<string[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, n) => {
      const jpeg = await sharp(Buffer.from(landscape(n)))
        .jpeg({ quality: 82 })
        .toBuffer();
      return `data:image/jpeg;base64,${jpeg.toString('base64')}`;
    }),
  );
}

function landscape(n: number): string {
  const hue = (n * 67 + 18) % 360;
  const sky = (n * 67 + 200) % 360;
  const wave = (at: number): number => Math.sin(n * 2.4 + at * 1.7);
  const ridge = (base: number, swing: number, phase: number): string => {
    const points = Array.from(
      { length: 9 },
      (__, x) => `${(x * width) / 8} ${(base + swing * wave(x + phase)).toFixed(0)}`,
    );
    return `M0 ${height}L${points.join('L')}L${width} ${height}Z`;
  };
  const sun = { x: 90 + ((n * 131) % 300), y: 70 + ((n * 53) % 70) };
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <defs><linearGradient id="sky" x1="0" y1="0" x2="0" y2="1">
      <stop offset="0" stop-color="hsl(${sky} 45% 62%)"/><stop offset="1" stop-color="hsl(${hue} 70% 86%)"/>
    </linearGradient></defs>
    <rect width="100%" height="100%" fill="url(#sky)"/>
    <circle cx="${sun.x}" cy="${sun.y}" r="${26 + (n % 3) * 6}" fill="hsl(${hue} 90% 92%)"/>
    <path d="${ridge(205, 34, 0)}" fill="hsl(${hue} 28% 62%)"/>
    <path d="${ridge(250, 28, 3)}" fill="hsl(${hue} 32% 46%)"/>
    <path d="${ridge(305, 20, 6)}" fill="hsl(${hue} 36% 30%)"/>
  </svg>`;
}
