/* Passkeys: asks the server what to sign, lets the browser sign it, and sends the form with the answer in its hidden field.
   Without it, or where there are none, the page's other ways stay. */
const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (letter) => letter.charCodeAt(0));
const text = (buffer) =>
  buffer &&
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
    .replace(/=+$/, '');
const known = (list) => list?.map((one) => ({ ...one, id: bytes(one.id) }));

/* Browsers from before 2025 can't do by themselves what their own JSON methods do. */
const creation = (json) =>
  PublicKeyCredential.parseCreationOptionsFromJSON?.(json) ?? {
    ...json,
    challenge: bytes(json.challenge),
    user: { ...json.user, id: bytes(json.user.id) },
    excludeCredentials: known(json.excludeCredentials),
  };
const request = (json) =>
  PublicKeyCredential.parseRequestOptionsFromJSON?.(json) ?? {
    ...json,
    challenge: bytes(json.challenge),
    allowCredentials: known(json.allowCredentials),
  };
function plain(credential) {
  if (credential.toJSON) return credential.toJSON();
  const { id, rawId, type, response, authenticatorAttachment } = credential;
  const parts = ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle'];
  return {
    id,
    rawId: text(rawId),
    type,
    authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: {
      ...Object.fromEntries(parts.filter((part) => response[part]).map((part) => [part, text(response[part])])),
      transports: response.getTransports?.(),
    },
  };
}

async function sign(form) {
  const answer = await fetch(form.dataset.options, {
    method: 'POST',
    headers: {
      accept: 'application/json',
      'content-type': 'application/json',
      'x-csrf-token': form.elements.namedItem('_csrf').value,
    },
    body: '{}',
  });
  const options = await answer.json();
  if (!answer.ok) throw Object.assign(new Error('refused'), { said: options.detail });
  const credential =
    form.dataset.passkey === 'create'
      ? await navigator.credentials.create({ publicKey: creation(options) })
      : await navigator.credentials.get({ publicKey: request(options) });
  form.elements.namedItem('credential').value = JSON.stringify(plain(credential));
}

if (window.PublicKeyCredential)
  for (const form of document.querySelectorAll('form[data-passkey]')) {
    const said = form.querySelector('[data-passkey-said]');
    const button = form.querySelector('button');
    form.hidden = false;
    document.querySelectorAll('[data-passkey-none]').forEach((words) => (words.hidden = true));
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      said.hidden = true;
      button.disabled = true;
      try {
        await sign(form);
        form.submit();
      } catch (error) {
        said.querySelector('span').textContent = error.said ?? form.dataset.failed;
        said.hidden = false;
        button.disabled = false;
      }
    });
  }
