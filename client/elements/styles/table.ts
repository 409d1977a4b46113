import { css } from 'lit';
import { phone } from './controls.ts';

/** Lists of the console: a table, which on a phone becomes cards with each cell's heading before it. */
export const tableStyle = css`
  table {
    width: 100%;
    border-collapse: collapse;
  }
  th {
    padding: var(--space-2) var(--space-3);
    color: var(--ink-soft);
    font-size: var(--text-small);
    font-weight: 560;
    text-align: start;
    white-space: nowrap;
  }
  td {
    height: var(--target);
    padding: var(--space-2) var(--space-3);
    border-top: var(--hairline) solid var(--line);
    vertical-align: middle;
  }
  thead td {
    border-top: 0;
  }
  td:first-child {
    width: 30%;
    max-width: 0;
    font-weight: 560;
  }
  tbody tr:hover,
  tr[aria-current] {
    background: var(--paper-sunk);
  }
  .number {
    text-align: end;
  }
  .device {
    max-width: 0;
    width: 25%;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  @media ${phone} {
    thead {
      display: none;
    }
    tr {
      display: grid;
      padding: var(--space-3) 0;
      border-top: var(--hairline) solid var(--line);
    }
    td,
    td:first-child,
    .device {
      display: flex;
      align-items: center;
      justify-content: space-between;
      gap: var(--space-3);
      width: auto;
      max-width: none;
      height: auto;
      min-height: var(--space-6);
      min-width: 0;
      padding: var(--space-1) var(--space-3);
      border: 0;
    }
    td[data-label]::before {
      content: attr(data-label);
      flex: none;
      color: var(--ink-soft);
      font-size: var(--text-small);
    }
  }
`;
