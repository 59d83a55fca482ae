// Sends the form of the response mode "form_post" without a click. Without scripts the button does it.
document.forms[0].submit();
