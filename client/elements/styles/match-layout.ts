import { css } from 'lit';
import { phone, upright } from './controls.ts';

/** The match page: seats, board and status beside the talk; on a phone one of them at a time. */
export const matchLayout = css`
  :host {
    display: grid;
    grid-template-columns: minmax(0, 1fr) var(--talk);
    grid-template-rows: auto minmax(0, 1fr);
    grid-template-areas: "band band" "table talk";
    height: 100%;
    min-height: 0;
  }
  connection-band {
    grid-area: band;
  }
  .table {
    grid-area: table;
    display: grid;
    grid-template-rows: auto minmax(var(--mini-board), 1fr) auto;
    gap: var(--space-4);
    min-width: 0;
    min-height: 0;
    overflow-y: auto;
    padding: var(--space-5);
    background: radial-gradient(ellipse at 50% 35%, var(--felt), var(--felt-deep));
  }
  .seats {
    display: grid;
    grid-template-columns: repeat(2, minmax(0, 1fr));
    gap: var(--space-3);
    width: 100%;
    max-width: var(--stage);
    margin-inline: auto;
  }
  .seats.many {
    grid-template-columns: repeat(3, minmax(0, 1fr));
  }
  match-status {
    width: 100%;
    max-width: var(--stage);
    margin-inline: auto;
  }
  .trouble {
    color: var(--brass-bright);
  }
  .board {
    min-height: 0;
  }
  .table > .skeleton {
    background: var(--felt-raised);
    width: 100%;
    max-width: var(--stage);
    margin-inline: auto;
  }
  .table > .skeleton:not(.board) {
    min-height: var(--target);
  }
  .talk {
    grid-area: talk;
    display: flex;
    flex-direction: column;
    min-width: 0;
    min-height: 0;
    border-inline-start: var(--hairline) solid var(--line);
    background: var(--paper-raised);
  }
  .talk h2 {
    padding: var(--space-4);
    border-bottom: var(--hairline) solid var(--line);
    font-size: var(--text-large);
  }
  parlor-chat {
    flex: 1;
    height: auto;
  }
  room-over {
    grid-column: 1 / -1;
    grid-row: 1 / -1;
  }
  view-tabs {
    display: none;
  }
  @media ${upright} {
    :host {
      grid-template-columns: minmax(0, 1fr);
      grid-template-rows: auto minmax(0, 2fr) minmax(0, 1fr);
      grid-template-areas: "band" "table" "talk";
    }
    .talk {
      border: 0;
    }
    .talk h2 {
      padding-block: var(--space-2);
    }
  }
  @media ${phone} {
    :host {
      grid-template-columns: minmax(0, 1fr);
      grid-template-rows: auto minmax(0, 1fr) auto;
      grid-template-areas: "band" "view" "tabs";
    }
    .table,
    .talk {
      grid-area: view;
      border: 0;
    }
    .table {
      gap: var(--space-3);
      padding: var(--space-3);
    }
    .seats {
      gap: var(--space-2);
    }
    .seats.many {
      grid-template-columns: repeat(2, minmax(0, 1fr));
    }
    .talk h2 {
      display: none;
    }
    :host([tab="board"]) .talk,
    :host([tab="talk"]) .table {
      display: none;
    }
    view-tabs {
      display: block;
      grid-area: tabs;
    }
  }
`;
