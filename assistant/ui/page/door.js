// A login that has ended while the page stood open: whatever is asked next leads to the login.
(() => {
  const fetched = window.fetch;
  window.fetch = async (...sent) => {
    const answer = await fetched(...sent);
    if (answer.status === 401) window.location.reload();
    return answer;
  };
})();
