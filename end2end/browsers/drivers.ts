import { Builder, type WebDriver } from 'selenium-webdriver';
import { Options, ServiceBuilder } from 'selenium-webdriver/firefox.js';
import { freePort, Program } from '../fixtures/program';

/** The browsers that are not Chromium. */
export const BROWSERS = ['firefox', 'webkit'] as const;
export type Browser = (typeof BROWSERS)[number];

/** A browser with an empty profile, and how it is ended. */
export async function start(browser: Browser): Promise<{ driver: WebDriver; stop: () => Promise<void> }> {
  return browser === 'firefox' ? firefox() : webkit();
}

async function firefox(): Promise<{ driver: WebDriver; stop: () => Promise<void> }> {
  const options = new Options().setBinary(needed('E2E_FIREFOX')).addArguments('-headless');
  const driver = await new Builder()
    .forBrowser('firefox')
    .setFirefoxOptions(options)
    .setFirefoxService(new ServiceBuilder(needed('E2E_GECKODRIVER')))
    .build();
  return { driver, stop: () => driver.quit() };
}

/** WebKitGTK's small browser: the engine of Safari, as Debian builds it. */
async function webkit(): Promise<{ driver: WebDriver; stop: () => Promise<void> }> {
  const port = await freePort();
  const environment = Object.entries(process.env).flatMap(([name, value]) => (value ? [[name, value]] : []));
  const service = new Program('WebKitWebDriver', needed('E2E_WEBKIT_DRIVER'), [`--port=${port}`], {
    ...(Object.fromEntries(environment) as Record<string, string>),
    // Its sandbox does not start for root.
    WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
  });
  const url = `http://127.0.0.1:${port}`;
  await service.start(async () => (await fetch(`${url}/status`).catch(() => undefined))?.ok || undefined);
  const driver = await new Builder()
    .usingServer(url)
    .withCapabilities({
      browserName: 'MiniBrowser',
      'webkitgtk:browserOptions': { binary: needed('E2E_WEBKIT'), args: ['--automation'] },
    })
    .build();
  const stop = async () => {
    await driver.quit();
    await service.stop();
  };
  return { driver, stop };
}

function needed(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run \`cargo xtask soak browsers\``);
  return value;
}
