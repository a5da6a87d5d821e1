"use strict";
// The code of a scanned card stands behind the # and was sent to nobody yet. It
// goes into the form, and out of the address.
const field = document.getElementById("code");
const scanned = location.hash.slice(1);
if (scanned) history.replaceState(null, "", location.pathname);
if (scanned && field) {
  field.value = scanned;
  field.form.submit();
}
const leave = document.getElementById("leave");
leave.addEventListener("click", (event) => {
  event.preventDefault();
  location.replace(leave.href);
});
