/* The way that was tapped (call, WhatsApp, …) is the one the result is logged for. */
document.addEventListener('click', ({ target }) => {
  const way = target.closest?.('[data-way]')?.dataset.way;
  if (!way) return;
  for (const radio of document.querySelectorAll('input[name=via][type=radio]'))
    if (radio.value === way) radio.checked = true;
});
