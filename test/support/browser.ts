import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const PLACES = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Where a Chromium is installed; undefined where none is. */
export const BROWSER = PLACES.find((path) => path !== undefined && existsSync(path));

/** `describe`, or a skip that says what was not tested. */
export const describeInBrowser: jest.Describe = BROWSER ? describe : ((name: string, body: () => void) => {
  console.warn(`SKIPPED: "${name}" was not looked at in a browser: install Chromium (apt-get install chromium) or set CHROMIUM`);
  describe.skip(name, body);
}) as jest.Describe;

/** A browser without network of its own. */
export function launched(): Promise<Browser> {
  return chromium.launch({
    executablePath: BROWSER,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
}
