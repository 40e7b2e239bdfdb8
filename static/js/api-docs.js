// The docs page of REST: Swagger UI over our own schema. A try goes with the session of this page.
window.addEventListener("DOMContentLoaded", () => {
  const place = document.getElementById("api-docs");
  const csrf = () => {
    const name = document.querySelector('meta[name="csrf-cookie"]').content;
    const found = document.cookie.split("; ").find((each) => each.startsWith(`${name}=`));
    return found ? found.slice(name.length + 1) : "";
  };
  window.SwaggerUIBundle({
    url: place.dataset.schema,
    domNode: place,
    deepLinking: true,
    docExpansion: "list",
    filter: true,
    syntaxHighlight: false,
    validatorUrl: null,
    requestInterceptor: (request) => {
      request.headers["X-CSRFToken"] = csrf();
      // Of two forms of the schema this one is written in a tenth of the time.
      if (request.loadSpec) request.headers.Accept = "application/vnd.oai.openapi+json";
      return request;
    },
  });
});
