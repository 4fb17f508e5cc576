/** The application's menu: macOS shows it at the top of the screen, elsewhere it comes with the Alt key. */
import type { MenuItemConstructorOptions } from 'electron';
import type { WindowCommand } from '../../preload/contract/model.ts';
import type { Translator } from '../../preload/language/translator.ts';

export interface MenuState {
  /** Somebody's queue is open. */
  queueOpen: boolean;
  paused: boolean;
}

export interface MenuActions {
  choose: (kind: 'files' | 'folder') => void;
  setPaused: (paused: boolean) => void;
  show: (command: WindowCommand) => void;
  quit: () => void;
}

/**
 * What Electron's own menu has and this does not, as reloading the page and opening its developer tools, is nothing for
 * the people who use it.
 */
export function menuTemplate(
  { say }: Translator,
  platform: NodeJS.Platform,
  { queueOpen, paused }: MenuState,
  { choose, setPaused, show, quit }: MenuActions,
): MenuItemConstructorOptions[] {
  const mac = platform === 'darwin';
  const line: MenuItemConstructorOptions = { type: 'separator' };
  const settings: MenuItemConstructorOptions = {
    id: 'settings',
    label: say('menu.settings'),
    accelerator: 'CmdOrCtrl+,',
    click: () => show({ kind: 'settings', section: 'general' }),
  };
  const about: MenuItemConstructorOptions = {
    id: 'about',
    label: say('menu.about'),
    click: () => show({ kind: 'settings', section: 'about' }),
  };
  const quitItem: MenuItemConstructorOptions = {
    id: 'quit',
    label: say('menu.quit'),
    accelerator: 'CmdOrCtrl+Q',
    click: quit,
  };
  return [
    ...(mac
      ? [
          {
            label: 'Tintype',
            submenu: [
              about,
              line,
              settings,
              line,
              { role: 'services', label: say('menu.services') },
              line,
              { role: 'hide', label: say('menu.hide') },
              { role: 'hideOthers', label: say('menu.hideOthers') },
              { role: 'unhide', label: say('menu.unhide') },
              line,
              quitItem,
            ],
          } satisfies MenuItemConstructorOptions,
        ]
      : []),
    {
      label: say('menu.file'),
      submenu: [
        {
          id: 'add-photos',
          label: say('menu.addPhotos'),
          accelerator: 'CmdOrCtrl+O',
          enabled: queueOpen,
          click: () => choose('files'),
        },
        {
          id: 'add-folder',
          label: say('menu.addFolder'),
          accelerator: 'CmdOrCtrl+Shift+O',
          enabled: queueOpen,
          click: () => choose('folder'),
        },
        line,
        {
          id: 'pause',
          label: say(paused ? 'menu.resume' : 'menu.pause'),
          accelerator: 'CmdOrCtrl+Shift+P',
          enabled: queueOpen,
          click: () => setPaused(!paused),
        },
        line,
        ...(mac ? [{ role: 'close', label: say('menu.close') } as const] : [settings, line, quitItem]),
      ],
    },
    {
      label: say('menu.edit'),
      submenu: [
        { role: 'undo', label: say('menu.undo') },
        { role: 'redo', label: say('menu.redo') },
        line,
        { role: 'cut', label: say('menu.cut') },
        { role: 'copy', label: say('menu.copy') },
        { role: 'paste', label: say('menu.paste') },
        line,
        {
          id: 'select-all',
          label: say('menu.selectAll'),
          accelerator: 'CmdOrCtrl+A',
          // The window knows the key itself, and whether a text or the list is meant.
          registerAccelerator: false,
          click: () => show({ kind: 'select-all' }),
        },
        {
          id: 'find',
          label: say('menu.find'),
          accelerator: 'CmdOrCtrl+F',
          enabled: queueOpen,
          click: () => show({ kind: 'find' }),
        },
      ],
    },
    {
      label: say('menu.view'),
      submenu: [
        {
          id: 'list',
          label: say('menu.list'),
          accelerator: 'CmdOrCtrl+1',
          enabled: queueOpen,
          click: () => show({ kind: 'layout', layout: 'list' }),
        },
        {
          id: 'grid',
          label: say('menu.grid'),
          accelerator: 'CmdOrCtrl+2',
          enabled: queueOpen,
          click: () => show({ kind: 'layout', layout: 'grid' }),
        },
        line,
        { role: 'resetZoom', label: say('menu.actualSize') },
        { role: 'zoomIn', label: say('menu.zoomIn') },
        { role: 'zoomOut', label: say('menu.zoomOut') },
        line,
        { role: 'togglefullscreen', label: say('menu.fullScreen') },
      ],
    },
    ...(mac
      ? [{ role: 'windowMenu', label: say('menu.window') } satisfies MenuItemConstructorOptions]
      : [
          {
            label: say('menu.help'),
            submenu: [about],
          } satisfies MenuItemConstructorOptions,
        ]),
  ];
}

/** What the tray's menu has to offer. */
export function trayTemplate(
  { say }: Translator,
  { queueOpen, paused }: MenuState,
  { setPaused, show, quit, open }: Omit<MenuActions, 'choose'> & { open: () => void },
): MenuItemConstructorOptions[] {
  return [
    { id: 'open', label: say('tray.open'), click: open },
    {
      id: 'pause',
      label: say(paused ? 'menu.resume' : 'menu.pause'),
      enabled: queueOpen,
      click: () => setPaused(!paused),
    },
    { type: 'separator' },
    {
      id: 'settings',
      label: say('menu.settings'),
      click: () => show({ kind: 'settings', section: 'general' }),
    },
    { type: 'separator' },
    { id: 'quit', label: say('menu.quit'), click: quit },
  ];
}
