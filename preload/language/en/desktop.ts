/** English: menus, the tray, notifications, and the question before Tintype ends. */

export const menu = {
  about: 'About Tintype',
  settings: 'Settings…',
  quit: 'Quit Tintype',
  services: 'Services',
  hide: 'Hide Tintype',
  hideOthers: 'Hide Others',
  unhide: 'Show All',
  file: '&File',
  addPhotos: 'Add Photos…',
  addFolder: 'Add Folder…',
  pause: 'Pause Uploads',
  resume: 'Resume Uploads',
  close: 'Close Window',
  edit: '&Edit',
  undo: 'Undo',
  redo: 'Redo',
  cut: 'Cut',
  copy: 'Copy',
  paste: 'Paste',
  selectAll: 'Select All',
  find: 'Find',
  view: '&View',
  list: 'As List',
  grid: 'As Grid',
  actualSize: 'Actual Size',
  zoomIn: 'Zoom In',
  zoomOut: 'Zoom Out',
  fullScreen: 'Full Screen',
  window: 'Window',
  help: '&Help',
} as const;

export const tray = {
  open: 'Open Tintype',
  paused: 'Tintype: paused',
  waiting: 'Tintype: waiting',
  busy: 'Tintype: {share} uploaded',
  attention: 'Tintype: {count, plural, one {# photo needs attention} other {# photos need attention}}',
} as const;

export const notification = {
  finished: 'Upload finished',
  attention: 'Upload finished, some photos need attention',
  stored: '{count, number} uploaded',
  duplicates: '{count, plural, one {# was there already} other {# were there already}}',
  needAttention: '{count, plural, one {# needs attention} other {# need attention}}',
  waiting: '{count, plural, one {# waits} other {# wait}}',
} as const;

export const quit = {
  title: 'Photos are still being uploaded',
  detail:
    'Nothing is lost if you quit: Tintype goes on where it stopped when you open it again. In the background it goes on now, without its window; open Tintype again to see it.',
  quit: 'Quit',
  background: 'Keep Uploading in the Background',
  cancel: 'Cancel',
  dontAsk: 'Do not ask again',
} as const;
