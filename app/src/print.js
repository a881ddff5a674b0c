// Links to pages for paper (`data-print`): such a page is loaded in a hidden frame and printed. Ctrl+P follows the link of
// the page, because the console itself mounts only the rows in sight.
{
  const linked = () => document.querySelector('a[data-print][href]');

  const print = (link) => {
    link.closest('[popover]')?.hidePopover();
    document.querySelector('iframe[data-print]')?.remove();
    const frame = document.createElement('iframe');
    frame.dataset.print = '';
    frame.title = link.textContent;
    frame.tabIndex = -1;
    // Not `hidden`: Firefox does not print what is not displayed.
    frame.className = 'visually-hidden';
    frame.addEventListener('load', () => {
      // A failure is shown as a page.
      if (frame.contentDocument?.querySelector('table')) frame.contentWindow.print();
      else location.assign(link.href);
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
    print(linked());
  });
}
