import { css } from 'lit';

/** Grey shapes where content will be; they appear only after 200 ms, so that what is quick never flickers. */
export const skeleton = css`
  .skeleton {
    border-radius: var(--radius-small);
    background: var(--paper-sunk);
    animation:
      appear var(--calm) linear 200ms both,
      breathe 1.6s ease-in-out 400ms infinite alternate;
  }
  @keyframes appear {
    from {
      opacity: 0;
    }
  }
  @keyframes breathe {
    to {
      opacity: 0.55;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .skeleton {
      animation: appear 1ms linear 200ms both;
    }
  }
`;
