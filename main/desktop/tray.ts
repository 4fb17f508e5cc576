/** Tintype's icon in the system's tray or menu bar. */
import { Menu, Tray, type MenuItemConstructorOptions } from 'electron';
import { errorCode, type Log } from '../lib/log.ts';
import { trayImage } from './icons.ts';
import type { TrayLook } from './look.ts';

export interface TrayIcon {
  /** Whether one could be made; a desktop may still not show it, and does not say so. */
  exists(): boolean;
  /** May be called at every change of the queue: the desktop hears only of what it would show otherwise. */
  update(look: TrayLook, tooltip: string): void;
  /** A menu that is open closes. */
  setMenu(template: MenuItemConstructorOptions[]): void;
  destroy(): void;
}

/** @param onClick not called on macOS, where a click opens the menu. */
export function createTray(platform: NodeJS.Platform, onClick: () => void, log: Log): TrayIcon {
  let tray: Tray | null = null;
  try {
    tray = new Tray(trayImage('idle', platform));
    if (platform !== 'darwin') tray.on('click', onClick);
    log('tray.created');
  } catch (error) {
    log('tray.refused', { code: errorCode(error) });
  }
  let look: TrayLook = 'idle';
  let shown = '';
  return {
    exists: () => tray !== null,
    update: (next, tooltip) => {
      if (next !== look) tray?.setImage(trayImage(next, platform));
      if (tooltip !== shown) tray?.setToolTip(tooltip);
      look = next;
      shown = tooltip;
    },
    setMenu: (template) => tray?.setContextMenu(Menu.buildFromTemplate(template)),
    destroy: () => {
      tray?.destroy();
      tray = null;
    },
  };
}
