import { By, until, type WebDriver, type WebElement } from 'selenium-webdriver';

/** Long enough for a slow machine; it ends only what hangs. */
const LIMIT = 30_000;

/** A browser window that is operated as a person would: by the names of buttons, links and fields. */
export class Window {
  constructor(
    readonly driver: WebDriver,
    private readonly origin: string,
  ) {}

  /** Opens a page of the console and waits until its buttons work. */
  async open(path: string): Promise<void> {
    await this.driver.get(new URL(path, this.origin).href);
    await this.hydrated();
  }

  async hydrated(): Promise<void> {
    await this.until('the page works', () =>
      this.driver.executeScript<boolean>('return document.documentElement.dataset.hydrated === "true"'),
    );
  }

  /** Presses the button, link or tab of this name, or the last one whose text matches; in an open dialog, that of the dialog. */
  async press(name: string | RegExp): Promise<void> {
    const of = typeof name === 'string' ? `[${named(name)}]` : '';
    const matching = (text: string) => typeof name === 'string' || name.test(text);
    await this.until(`"${String(name)}" can be pressed`, async () => {
      const element = await this.shown(`//*[self::button or self::a or @role='tab']${of}`, matching);
      if (!element || !(await element.isEnabled())) return false;
      await element.click();
      return true;
    });
  }

  /** Ticks the checkbox of this name. */
  async tick(name: string): Promise<void> {
    await this.until(`"${name}" can be ticked`, async () => {
      const element = await this.shown(`//input[@type='checkbox'][@aria-label=${quoted(name)}]`);
      await element?.click();
      return element !== undefined;
    });
  }

  /** Types into the field of this label, in place of what it holds. */
  async fill(label: string, text: string): Promise<void> {
    await this.until(`a field "${label}"`, async () => {
      const field = await this.shown(`//*[@id=//label[${named(label)}]/@for]`);
      if (!field) return false;
      await field.clear();
      await field.sendKeys(text);
      return true;
    });
  }

  /** Types into the only field of a page that is not ours. */
  async fillOnly(text: string): Promise<void> {
    const field = await this.driver.wait(until.elementLocated(By.css('input[type=text], input[type=email]')), LIMIT);
    await field.sendKeys(text);
  }

  /** Waits until a tab of the list has this count. */
  async count(tab: string, count: number): Promise<void> {
    await this.until(`${tab}: ${count}`, async () => {
      const element = await this.shown(`//*[@role='tab'][starts-with(normalize-space(), ${quoted(tab)})]`);
      return (await element?.getText())?.replace(/\s+/g, ' ') === `${tab} ${count}`;
    });
  }

  /** Waits until the page shows a text. */
  async see(text: string, limit = LIMIT): Promise<void> {
    await this.until(`"${text}" is shown`, async () => (await this.text()).includes(text), limit);
  }

  /** What is read of the page, without line breaks. */
  async text(): Promise<string> {
    const read = await this.driver.executeScript<string>('return document.body.innerText');
    return read.replace(/\s+/g, ' ');
  }

  /** Goes to the tab that the last click has opened. */
  async toNewTab(): Promise<void> {
    await this.until('a second tab', async () => (await this.driver.getAllWindowHandles()).length > 1);
    const here = await this.driver.getWindowHandle();
    const other = (await this.driver.getAllWindowHandles()).find((handle) => handle !== here);
    await this.driver.switchTo().window(other ?? '');
  }

  /** Closes the tab and goes to the first one. */
  async backToFirstTab(): Promise<void> {
    await this.driver.close();
    const [first] = await this.driver.getAllWindowHandles();
    await this.driver.switchTo().window(first ?? '');
  }

  async until(what: string, done: () => Promise<boolean>, limit = LIMIT): Promise<void> {
    const tried = async () => {
      try {
        return await done();
      } catch (error) {
        // The page has replaced the element meanwhile.
        if (/stale|intercepted|not interactable|detached|no such element/i.test(String(error))) return false;
        throw error;
      }
    };
    await this.driver.wait(tried, limit, `not within ${limit / 1000} s: ${what}`);
  }

  /** The last visible element: an open dialog comes after the page behind it. */
  private async shown(xpath: string, matches = (_text: string) => true): Promise<WebElement | undefined> {
    for (const element of (await this.driver.findElements(By.xpath(xpath))).reverse()) {
      if ((await element.isDisplayed()) && matches(await element.getText())) return element;
    }
    return undefined;
  }
}

/** Whether an element has this accessible name. */
function named(name: string): string {
  return `@aria-label=${quoted(name)} or not(@aria-label) and normalize-space()=${quoted(name)}`;
}

function quoted(text: string): string {
  return text.includes("'") ? `"${text}"` : `'${text}'`;
}
