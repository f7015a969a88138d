// Starts Swagger UI, without the bar in which its users enter the address of another document.
"use strict";
(() => {
  const place = document.getElementById("swagger-ui");
  document.documentElement.classList.toggle("dark-mode", matchMedia("(prefers-color-scheme: dark)").matches);
  window.ui = SwaggerUIBundle({
    domNode: place,
    url: place.dataset.document,
    oauth2RedirectUrl: new URL(place.dataset.signedIn, location.href).href,
    deepLinking: true,
    displayRequestDuration: true,
    filter: true,
    persistAuthorization: true,
    validatorUrl: null,
  });
})();
