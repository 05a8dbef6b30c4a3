import { expect, test } from '@jest/globals';
import { hasDisplay } from '../../src/commands/opener.js';

test.each([
  ['linux', {}, false],
  ['linux', { DISPLAY: '' }, false],
  ['linux', { DISPLAY: ':0' }, true],
  ['linux', { WAYLAND_DISPLAY: 'wayland-0' }, true],
  ['linux', { WSL_DISTRO_NAME: 'Debian' }, true],
  ['darwin', {}, true],
  ['win32', {}, true],
] as const)('%s with %j: a display is there: %s', (platform, env, has) => {
  expect(hasDisplay(platform, env)).toBe(has);
});
