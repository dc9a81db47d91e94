package main

import (
	"bufio"
	"fmt"
	"os"

	"github.com/asaskevich/govalidator"
)

// addresses reads a text a line and says of each whether Helm's lint takes it as a mail address, as a web address, and as the
// address of a source: three letters, y or n.
func addresses() error {
	letter := map[bool]string{true: "y", false: "n"}
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		text := lines.Text()
		fmt.Printf("%s%s%s\t%s\n", letter[govalidator.IsEmail(text)], letter[govalidator.IsURL(text)], letter[govalidator.IsRequestURL(text)], text)
	}
	return lines.Err()
}
