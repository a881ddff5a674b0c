// Links to pages for paper (`data-print`): such a page is loaded in a frame out of sight and printed. Ctrl+P follows the
// link of the page, because the console itself mounts only the rows in sight.
{
  const linked = () => document.querySelector('a[data-print][href]');

  const print = (link) => {
    link.closest('[popover]')?.hidePopover();
    const before = document.querySelector('iframe[data-print]');
    if (before?.src === link.href && before.dataset.print === 'loading') return;
    before?.remove();
    const frame = document.createElement('iframe');
    frame.dataset.print = 'loading';
    frame.title = link.textContent;
    frame.tabIndex = -1;
    // As wide as paper: a narrow frame would break every word. Not `hidden`: Firefox prints only what is displayed.
    frame.className = 'print-frame';
    frame.addEventListener('load', () => {
      frame.dataset.print = 'loaded';
      // A failure is shown as a page, and a list that was broken off is not printed as if it were whole.
      if (!frame.contentDocument?.querySelector('#end')) return location.assign(link.href);
      frame.contentWindow.addEventListener('afterprint', () => setTimeout(() => frame.remove()));
      frame.contentWindow.print();
    });
    frame.src = link.href;
    document.body.append(frame);
  };

  addEventListener('click', (event) => {
    const link = event.target.closest?.('a[data-print][href]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    print(link);
  }, true);

  addEventListener('keydown', (event) => {
    const chord = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
    if (!chord || event.key.toLowerCase() !== 'p' || !linked()) return;
    event.preventDefault();
    if (!event.repeat) print(linked());
  });
}
