import { css } from 'lit';

/** A board in small, as it hangs in the lobby. */
export const pictureStyle = css`
  .picture {
    display: block;
    width: 100%;
    padding: var(--space-2);
    border-radius: var(--radius-small);
    background: var(--board);
    box-shadow: inset 0 0 0 var(--hairline) var(--felt-line);
  }
  .hole {
    fill: var(--hole);
  }
  .seat-0 {
    fill: var(--disc-0);
  }
  .seat-1 {
    fill: var(--disc-1);
  }
`;
