import { electronRuntime } from './setup/electron-runtime.mjs';
import { nativeModules } from './setup/native-modules.mjs';
import { setUp } from './setup/set-up.mjs';

await setUp([electronRuntime, nativeModules]);
