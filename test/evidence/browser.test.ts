import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { evidenceOf } from '../../lib/evidence/collect';
import { toHtml } from '../../lib/evidence/writers/html';
import { Answer } from '../../lib/policy';
import { describeInBrowser, launched } from '../support/browser';
import { recordOf } from './support';

const before = recordOf();
const planted = recordOf({
  subjects: [...before.subjects, { path: 'Ml/Planted', type: 'AWS::SageMaker::Model', logicalId: 'MlPlanted', stack: 'Ml', template: 'Ml.template.json', source: 'app.ts:42:7' }],
  answers: [...before.answers, { rule: 'RegulatedML-Place', answer: Answer.NON_COMPLIANT, subjects: [before.subjects.length], location: 'Properties.X', detail: 'a planted fault' }],
});
const previous = evidenceOf({ records: [before], report: [] });
const file = join(mkdtempSync(join(tmpdir(), 'browser-')), 'evidence.html');
writeFileSync(file, toHtml(evidenceOf({ records: [planted], report: [] }), { previous }));

describeInBrowser('the report in a browser', () => {
  let browser: Browser;
  let page: Page;
  const requests: string[] = [];
  beforeAll(async () => {
    browser = await launched();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(pathToFileURL(file).href);
  });
  afterEach(() => page.close());

  const visible = async () => {
    const titles = await page.locator('article:visible dd .path').allTextContents();
    return titles.sort();
  };

  test('filters lead to the planted finding', async () => {
    expect(await visible()).toEqual(['Ml/Model', 'Ml/Planted']);
    await page.locator('select[name=control]').selectOption('data residency');
    expect(await visible()).toEqual(['Ml/Planted']);
    expect(await page.locator('article:visible').innerText()).toMatch(/app\.ts:42:7[^]*a planted fault[^]*takes no waiver/);
    await page.locator('select[name=control]').selectOption('all');
    await page.getByLabel('Accepted (1)').check();
    expect(await visible()).toEqual(['Ml/Other']);
    await page.getByLabel('All (4)').check();
    await page.locator('select[name=framework]').selectOption('GDPR');
    expect(await visible()).toEqual(['Ml/Model', 'Ml/Model', 'Ml/Other']);
  });

  test('what changed since the previous run names the planted finding', async () => {
    await page.getByRole('link', { name: 'What changed' }).click();
    const section = page.locator('section', { has: page.locator('#changes') });
    expect(await section.innerText()).toMatch(/It is worse than before\.[^]*New findings[^]*Ml\/Planted/);
  });

  test('everything is reached by keyboard, the first stop leads past the navigation', async () => {
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the content');
    await page.keyboard.press('Enter');
    // the page hears of the key a little later
    await page.waitForURL(/#main$/);
    expect(page.url()).toMatch(/#main$/);
    const kinds = new Set<string>();
    for (let stop = 0; stop < 60; stop++) {
      await page.keyboard.press('Tab');
      kinds.add(await page.evaluate<string>('document.activeElement.tagName'));
    }
    for (const kind of ['INPUT', 'SELECT', 'SUMMARY', 'DIV']) expect(kinds).toContain(kind);
  });

  test.each(['light', 'dark'] as const)('nothing that hinders people is found in the %s page', async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    // the page forbids scripts to everybody; the inspector is let in past that rule
    await page.context().newCDPSession(page).then((session) => session.send('Page.setBypassCSP', { enabled: true }));
    await page.reload();
    await page.locator('details').evaluateAll((all) => all.forEach((one) => one.setAttribute('open', '')));
    await page.evaluate(axe.source);
    const { violations, passes } = await page.evaluate<axe.AxeResults>('axe.run()');
    expect(violations.map(({ id, impact, nodes }) => `${impact} ${id} ${nodes[0]!.html}`)).toEqual([]);
    expect(passes.length).toBeGreaterThan(20);
  });

  test('on paper all findings stand, whatever was filtered, and nothing is cut off at the side', async () => {
    await page.getByLabel('Accepted (1)').check();
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('article:visible').count()).toBe(4);
    await page.setViewportSize({ width: 720, height: 1000 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(720);
  });

  describe('on a picture of the screen', () => {
    /** How many points of a picture have which colour, as CSS writes it: counted in a page of its own, since the report forbids pictures. */
    const colours = async (picture: Buffer): Promise<Map<string, number>> => {
      const blank = await browser.newPage();
      const counted = await blank.evaluate<[string, number][]>(`(async () => {
        const image = new Image();
        image.src = 'data:image/png;base64,${picture.toString('base64')}';
        await image.decode();
        const canvas = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height });
        const context = canvas.getContext('2d');
        context.drawImage(image, 0, 0);
        const { data } = context.getImageData(0, 0, image.width, image.height);
        const found = new Map();
        for (let at = 0; at < data.length; at += 4) {
          const colour = 'rgb(' + data[at] + ', ' + data[at + 1] + ', ' + data[at + 2] + ')';
          found.set(colour, (found.get(colour) ?? 0) + 1);
        }
        return [...found];
      })()`);
      await blank.close();
      return new Map(counted);
    };
    const style = (selector: string, property: string) => page.evaluate<string[]>(`[...document.querySelectorAll('${selector}')].map((one) => getComputedStyle(one).${property})`);

    test.each(['light', 'dark'] as const)('the %s page has its ground, the verdict its own, and each box of the drawing the colour of its classification', async (colorScheme) => {
      await page.emulateMedia({ colorScheme });
      const screen = await colours(await page.screenshot());
      const [ground] = await style('body', 'backgroundColor');
      const [verdict] = await style('.verdict', 'backgroundColor');
      const brightness = /\d+, \d+, \d+/.exec(ground!)![0].split(', ').reduce((sum, part) => sum + Number(part), 0) / 3;
      expect(colorScheme === 'dark' ? brightness < 64 : brightness > 192).toBe(true);
      expect(screen.get(ground!)).toBeGreaterThan(1280 * 900 / 4);
      expect(verdict).not.toBe(ground);
      expect(screen.get(verdict!)).toBeGreaterThan(10_000);
      const drawn = await colours(await page.locator('.flow').screenshot());
      const boxes = new Set(await style('.flow .node rect', 'fill'));
      expect(boxes.size).toBeGreaterThan(1);
      expect([...boxes].filter((colour) => (drawn.get(colour) ?? 0) < 500)).toEqual([]);
    });

    test('a filter leaves the planted finding in sight, with words on it', async () => {
      const before = await page.locator('section', { has: page.locator('#findings') }).screenshot();
      await page.locator('select[name=control]').selectOption('data residency');
      const after = await page.locator('section', { has: page.locator('#findings') }).screenshot();
      expect(after.equals(before)).toBe(false);
      const planted = page.locator('article:visible');
      await planted.scrollIntoViewIfNeeded();
      const { width, height } = (await planted.boundingBox())!;
      expect([width > 600, height > 100]).toEqual([true, true]);
      const [ink] = await style('body', 'color');
      expect((await colours(await planted.screenshot())).get(ink!)).toBeGreaterThan(200);
    });
  });

  test('a narrow screen scrolls tables, not the page', async () => {
    await page.setViewportSize({ width: 380, height: 800 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(380);
  });

  test('the page asks nobody for anything', () => {
    expect(requests.filter((url) => !url.startsWith('file:'))).toEqual([]);
  });
});
