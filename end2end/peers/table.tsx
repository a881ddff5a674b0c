// The mailbox table on React with TanStack Virtual: same rows, columns, row height and window scrolling as ours.
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { memo, useDeferredValue, useMemo, useRef, useState } from 'react';
import { createRoot } from 'react-dom/client';

interface Mailbox {
  id: string;
  name: string;
  address: string;
  department: string | null;
}

const ROW = 52;
const MAX_SELECTED = 1000;

const Row = memo(function Row(props: { box: Mailbox; index: number; top: number; on: boolean; toggle: (id: string) => void }) {
  const { box, index, top, on, toggle } = props;
  return (
    <tr role="row" aria-rowindex={index + 2} aria-selected={on} style={{ transform: `translateY(${top}px)` }}>
      <td role="gridcell">
        <input type="checkbox" aria-label={`Select ${box.name}`} checked={on} onChange={() => toggle(box.id)} />
      </td>
      <td role="gridcell" className="cell-name">
        <b>{box.name}</b>
        <small>{box.address}</small>
      </td>
      <td role="gridcell">{box.department}</td>
      <td role="gridcell">Not connected</td>
      <td role="gridcell">–</td>
      <td role="gridcell">
        <button type="button">Connect</button>
      </td>
    </tr>
  );
});

function Table({ all }: { all: Mailbox[] }) {
  const [search, setSearch] = useState('');
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const wanted = useDeferredValue(search.trim().toLowerCase());
  const rows = useMemo(
    () => (wanted === '' ? all : all.filter((box) => `${box.name} ${box.address}`.toLowerCase().includes(wanted))),
    [all, wanted],
  );
  const body = useRef<HTMLTableSectionElement>(null);
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => ROW,
    overscan: 5,
    scrollMargin: body.current?.offsetTop ?? 0,
  });
  const toggle = useMemo(
    () => (id: string) =>
      setSelected((before) => {
        const after = new Set(before);
        if (!after.delete(id)) after.add(id);
        return after;
      }),
    [],
  );
  const selectAll = () => setSelected(selected.size > 0 ? new Set() : new Set(rows.slice(0, MAX_SELECTED).map((box) => box.id)));
  return (
    <>
      <h1>Mailboxes</h1>
      <input type="search" aria-label="Search mailboxes" value={search} onChange={(event) => setSearch(event.target.value)} />
      <p>{selected.size} selected</p>
      <table role="grid" aria-rowcount={rows.length + 1}>
        <thead role="rowgroup">
          <tr role="row">
            <th>
              <input type="checkbox" aria-label="Select all not connected" checked={selected.size > 0} onChange={selectAll} />
            </th>
            <th>Name</th>
            <th>Department</th>
            <th>Status</th>
            <th>Checked</th>
            <th>Actions</th>
          </tr>
        </thead>
        <tbody role="rowgroup" ref={body} style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const box = rows[item.index]!;
            const top = item.start - virtual.options.scrollMargin;
            return <Row key={box.id} box={box} index={item.index} top={top} on={selected.has(box.id)} toggle={toggle} />;
          })}
        </tbody>
      </table>
    </>
  );
}

const answer = await fetch('/rows.json');
createRoot(document.getElementById('root')!).render(<Table all={(await answer.json()) as Mailbox[]} />);
