import { appBuild } from './app-build.mjs';
import { electronRuntime } from './electron-runtime.mjs';
import { nativeModules } from './native-modules.mjs';
import { npmPackages } from './npm-packages.mjs';
import { setUp } from './set-up.mjs';
import { sessionPurposes, systemPackages } from './system-packages.mjs';

/** For what runs in Node alone: the npm packages. */
export const setUpPackages = () => setUp([npmPackages]);

/** For the app: the system's libraries, the Electron runtime, the native modules; then the build. */
export const setUpApp = () => setUp(appSteps([]));

/** For what drives the app by itself: the same, and a browser to sign in with. */
export const setUpDriven = () => setUp(appSteps(['browser']));

/** For the tests: the same, a real S3 server, and real proxies. */
export const setUpTests = () => setUp(appSteps(['browser', 'ceph', 'network']));

/** For measurements: the same, and what is measured against. */
export const setUpBenches = () => setUp(appSteps(['browser', 'ceph', 'rclone']));

/** Everything, without the build. */
export const setUpAll = () =>
  setUp(
    appSteps(['display', 'keyring', 'browser', 'ceph', 'network', 'rclone']).filter(
      (step) => step !== appBuild,
    ),
  );

function appSteps(purposes) {
  return [
    systemPackages(...new Set(['electron', 'build', ...sessionPurposes(), ...purposes])),
    npmPackages,
    electronRuntime,
    nativeModules,
    appBuild,
  ];
}
