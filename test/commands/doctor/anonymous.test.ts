import { expect, test } from '@jest/globals';
import { withoutNames } from '../../../src/commands/doctor/anonymous.js';

const ada = { home: '/home/ada', name: 'ada' };

test.each([
  ['/home/ada/.cache/vggdraw, and /home/ada', '~/.cache/vggdraw, and ~'],
  ["can't load '/home/ada/lib.so'", "can't load '~/lib.so'"],
  ['/home/adam/photos', '/home/adam/photos'],
  ['/media/ada/disk', '/media/…/disk'],
  ['/data/ada', '/data/…'],
  ['ada.so, adaptive', 'ada.so, adaptive'],
  ['/opt/ada.d/x', '/opt/ada.d/x'],
])('%s', (text, shown) => {
  expect(withoutNames(text, ada)).toBe(shown);
});

test('on Windows, with characters that mean something to patterns, and where nobody has a home', () => {
  expect(withoutNames('C:\\Users\\A.B (c)\\x, D:\\A.B (c)\\y', { home: 'C:\\Users\\A.B (c)', name: 'A.B (c)' })).toBe(
    '~\\x, D:\\…\\y',
  );
  expect(withoutNames('/usr/bin', { home: '/', name: '' })).toBe('/usr/bin');
});

test('of the person at this machine by itself', () => {
  expect(withoutNames(`${process.env.HOME ?? process.env.USERPROFILE}/x`)).toBe('~/x');
});
