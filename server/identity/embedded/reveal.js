// Shows and hides what is typed into the password field; without scripts the button stays hidden.
for (const button of document.querySelectorAll('button.reveal')) {
  const input = button.parentElement.querySelector('input');
  button.hidden = false;
  button.addEventListener('click', () => {
    const shown = input.type === 'text';
    input.type = shown ? 'password' : 'text';
    button.textContent = shown ? 'Show' : 'Hide';
    button.setAttribute('aria-pressed', String(!shown));
    input.focus();
  });
  // a password manager should still find a password
  input.form.addEventListener('submit', () => {
    input.type = 'password';
  });
}
