/** The pictures of the tray, drawn by scripts/tray-icons.mjs. */
import { nativeImage, type NativeImage } from 'electron';
import colourIdle16 from './icons/colour-idle-16.png?inline';
import colourIdle32 from './icons/colour-idle-32.png?inline';
import colourBusy16 from './icons/colour-busy-16.png?inline';
import colourBusy32 from './icons/colour-busy-32.png?inline';
import colourPaused16 from './icons/colour-paused-16.png?inline';
import colourPaused32 from './icons/colour-paused-32.png?inline';
import colourAttention16 from './icons/colour-attention-16.png?inline';
import colourAttention32 from './icons/colour-attention-32.png?inline';
import overlayAttention16 from './icons/overlay-attention-16.png?inline';
import overlayAttention32 from './icons/overlay-attention-32.png?inline';
import templateIdle16 from './icons/template-idle-16.png?inline';
import templateIdle32 from './icons/template-idle-32.png?inline';
import templateBusy16 from './icons/template-busy-16.png?inline';
import templateBusy32 from './icons/template-busy-32.png?inline';
import templatePaused16 from './icons/template-paused-16.png?inline';
import templatePaused32 from './icons/template-paused-32.png?inline';
import templateAttention16 from './icons/template-attention-16.png?inline';
import templateAttention32 from './icons/template-attention-32.png?inline';
import type { TrayLook } from './look.ts';

type Sizes = readonly [small: string, large: string];

const colour: Record<TrayLook, Sizes> = {
  idle: [colourIdle16, colourIdle32],
  busy: [colourBusy16, colourBusy32],
  paused: [colourPaused16, colourPaused32],
  attention: [colourAttention16, colourAttention32],
};

const template: Record<TrayLook, Sizes> = {
  idle: [templateIdle16, templateIdle32],
  busy: [templateBusy16, templateBusy32],
  paused: [templatePaused16, templatePaused32],
  attention: [templateAttention16, templateAttention32],
};

/** In the size and the kind that this platform's panel wants. */
export function trayImage(look: TrayLook, platform: NodeJS.Platform): NativeImage {
  const [small, large] = (platform === 'darwin' ? template : colour)[look];
  // Panels of Linux scale one picture down, and know nothing of several.
  if (platform === 'linux') return nativeImage.createFromDataURL(large);
  const image = nativeImage.createFromDataURL(small);
  image.addRepresentation({ scaleFactor: 2, dataURL: large });
  if (platform === 'darwin') image.setTemplateImage(true);
  return image;
}

/** Windows lays it over the icon in the taskbar, where macOS has a number. */
export function overlayImage(): NativeImage {
  const image = nativeImage.createFromDataURL(overlayAttention16);
  image.addRepresentation({ scaleFactor: 2, dataURL: overlayAttention32 });
  return image;
}
