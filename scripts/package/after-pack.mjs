import fs from 'node:fs';
import path from 'node:path';

/**
 * electron-builder calls this with the unpacked app before it sets fuses and signs. An Electron that was
 * unpacked already keeps the app that runs other apps; ours must not be able to.
 */
export function afterPack({ appOutDir, packager, electronPlatformName }) {
  const resources =
    electronPlatformName === 'darwin'
      ? path.join(appOutDir, `${packager.appInfo.productFilename}.app`, 'Contents', 'Resources')
      : path.join(appOutDir, 'resources');
  fs.rmSync(path.join(resources, 'default_app.asar'), { force: true });
}
